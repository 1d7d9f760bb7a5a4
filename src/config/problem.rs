//! What is wrong with a setting, said to a person: what, where, what to do. Whether it stops the program is its severity.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// One thing that is wrong, in three lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub severity: Severity,
    /// What is wrong, a sentence without a full stop: `mailbox "antrag": poll = "2x" is no span of time`.
    pub what: String,
    pub place: Place,
    /// What to do about it, in the imperative.
    pub remedy: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing starts.
    Error,
    /// It starts, and probably does not do what was meant.
    Warning,
}

/// A spot in the configuration file. Kept with what may go wrong later: a refused log-in names the line of the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub file: Arc<Path>,
    /// From 1; None where the file says nothing about it.
    pub line: Option<usize>,
    /// The setting's name; empty where a whole section is meant.
    pub key: String,
}

/// Everything that is wrong with a configuration, in the order of its lines; at least one is an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problem {
    #[must_use]
    pub fn error(place: Place, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { severity: Severity::Error, what: what.into(), place, remedy: remedy.into() }
    }

    #[must_use]
    pub fn warning(place: Place, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(place, what, remedy) }
    }

    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// A wrong setting stays wrong until a person mends it.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        false
    }
}

impl Place {
    /// The file as a whole, or a setting that it does not hold.
    #[must_use]
    pub fn in_file(file: &Path, key: &str) -> Self {
        Self { file: file.into(), line: None, key: key.to_owned() }
    }
}

impl Problems {
    /// Sorts by line; what concerns the file as a whole comes last.
    #[must_use]
    pub fn new(mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|p| p.place.line.unwrap_or(usize::MAX));
        Self(problems)
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }

    #[must_use]
    pub fn into_vec(self) -> Vec<Problem> {
        self.0
    }

    /// As [`Problem::is_temporary`].
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        false
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.is_error() { "" } else { "warning: " };
        write!(f, "{mark}{}\n  in  {}\n  do  {}", self.what, self.place, self.remedy)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if self.key.is_empty() { Ok(()) } else { write!(f, ", {}", self.key) }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, problem) in self.0.iter().enumerate() {
            write!(f, "{}{problem}", if n == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}
impl std::error::Error for Problems {}
