//! A line -> a command, or what was expected instead.
//!
//! A command is a line of its own that starts with `#` and a letter, in the first or the last block of what was newly
//! typed. `##` starts a literal `#`. What stands in quotes, signatures and forwarded parts never comes here.

use super::answer::{Problem, Refusal};
use super::arguments::Args;
use super::command::{COMMANDS, Command, Ready, Spec, Who};
use super::event::CustomerCommand;

/// What an agent typed, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Typed {
    pub commands: Vec<TypedCommand>,
    /// The rest of the new text, `##` turned into `#`, outer blank lines taken off.
    pub text: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct TypedCommand {
    /// Counted from 1 in the new text.
    pub line: usize,
    pub typed: String,
    pub command: Command,
    pub spec: &'static Spec,
}

impl PartialEq for Spec {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}
impl std::fmt::Debug for Spec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{}", self.name)
    }
}

/// More problems than these are not told: the sixth helps nobody.
const MOST_PROBLEMS: usize = 5;

/// Reads what an agent typed. `blocks` are the runs of new text between recognised quotes, in order; `last_counts` is
/// whether the last of several may command.
///
/// # Errors
/// All that was wrong, five at most; then nothing of the mail is done.
pub fn read(blocks: &[String], last_counts: bool) -> Result<Typed, Vec<Problem>> {
    let (typed, problems) = read_through(blocks, last_counts);
    if problems.is_empty() { Ok(typed) } else { Err(problems) }
}

/// As [`read`], with what was understood beside what was wrong: to show how a mail is read, not to do it.
#[must_use]
pub fn read_through(blocks: &[String], last_counts: bool) -> (Typed, Vec<Problem>) {
    let (mut commands, mut problems, mut text, mut line) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for (nth, block) in blocks.iter().enumerate() {
        let counts = nth == 0 || (last_counts && nth + 1 == blocks.len());
        if nth > 0 {
            text.push(String::new());
        }
        for typed in block.lines() {
            line += 1;
            match command_on(typed).filter(|_| counts) {
                None => text.push(unescaped(typed)),
                Some(words) => match understand(&words) {
                    Ok((spec, command)) => commands.push(TypedCommand {
                        line,
                        typed: format!("#{words}"),
                        command,
                        spec,
                    }),
                    Err(refusal) => {
                        problems.push(Problem { line, typed: format!("#{words}"), refusal })
                    }
                },
            }
        }
    }
    problems.extend(out_of_place(&commands));
    problems.sort_by_key(|p| p.line);
    problems.truncate(MOST_PROBLEMS);
    let text = without_outer_blanks(&text);
    (Typed { commands, text }, problems)
}

/// The commands a customer may give; every other line is text. Also whether nothing else was said.
#[must_use]
pub fn read_customer(blocks: &[String]) -> (Vec<CustomerCommand>, bool) {
    let lines = || blocks.iter().flat_map(|b| b.lines()).filter(|l| !l.trim().is_empty());
    let commands: Vec<_> = blocks
        .first()
        .into_iter()
        .flat_map(|b| b.lines())
        .filter_map(command_on)
        .filter_map(|w| customer_command(&w))
        .collect();
    let only = !commands.is_empty() && lines().count() == commands.len();
    (commands, only)
}

fn customer_command(words: &str) -> Option<CustomerCommand> {
    match understand_as(words, |who| matches!(who, Who::Customer | Who::Both)).ok()? {
        (_, Command::Status) => Some(CustomerCommand::Status),
        (_, Command::List(_)) => Some(CustomerCommand::List),
        (_, Command::Help { .. }) => Some(CustomerCommand::Help),
        // With a word behind it, it is an agent's.
        (_, Command::Close { outcome: None, quiet: false }) => Some(CustomerCommand::Close),
        (_, Command::Show(number)) => Some(CustomerCommand::Show(number)),
        (_, Command::Withdraw) => Some(CustomerCommand::Withdraw),
        _ => None,
    }
}

/// A line that commands, as `Problem::typed` and `TypedCommand::typed` have it; None for text.
#[must_use]
pub fn as_command(line: &str) -> Option<String> {
    command_on(line).map(|words| format!("#{words}"))
}

/// What stands behind the `#`, where a line is a command: spaces made plain, the full-width `＃` and invisible marks forgiven.
fn command_on(line: &str) -> Option<String> {
    let plain: String = line
        .chars()
        .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}' | '\u{ad}'))
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect();
    let behind = plain.trim().strip_prefix(['#', '＃'])?;
    behind.chars().next().filter(|c| c.is_alphabetic() || *c == '?')?;
    Some(behind.trim_end_matches(['!', ';', ',', ' ']).to_owned())
}

/// `##` at the start of a line is a literal `#`.
fn unescaped(line: &str) -> String {
    match line.trim_start().strip_prefix("##") {
        Some(rest) => format!("#{rest}"),
        None => line.to_owned(),
    }
}

fn understand(words: &str) -> Result<(&'static Spec, Command), Refusal> {
    understand_as(words, |who| matches!(who, Who::Agent | Who::Lead | Who::Both))
}

fn understand_as(
    words: &str,
    may: impl Fn(Who) -> bool,
) -> Result<(&'static Spec, Command), Refusal> {
    let (name, rest) = words.split_once(' ').unwrap_or((words, ""));
    let name = name.trim_end_matches(['.', ':', '!']).to_lowercase();
    let spec =
        find(&name, &may).ok_or_else(|| Refusal::Unknown { nearest: nearest(&name, &may) })?;
    if let Ready::Later(instead) = spec.ready {
        return Err(Refusal::NotYet { instead });
    }
    // A sentence's full stop is forgiven, but not in a value.
    let rest = if spec.name == "set" { rest } else { rest.trim_end_matches('.') };
    let mut args = Args::new(rest);
    let command = (spec.make)(&mut args)?;
    if args.is_done() { Ok((spec, command)) } else { Err(args.expected(spec.name)) }
}

/// By name, by synonym, else by the start of exactly one command's name, two letters at least.
fn find(name: &str, may: &impl Fn(Who) -> bool) -> Option<&'static Spec> {
    if let Some(spec) = Spec::named(name).filter(|s| may(s.who)) {
        return Some(spec);
    }
    let mut begun = COMMANDS.iter().filter(|s| {
        may(s.who)
            && name.chars().count() >= 2
            && (s.name.starts_with(name) || s.de.starts_with(name))
    });
    let first = begun.next()?;
    begun.next().is_none().then_some(first)
}

/// The command whose name differs in the fewest letters, two at most.
fn nearest(name: &str, may: &impl Fn(Who) -> bool) -> Option<&'static str> {
    let names = COMMANDS.iter().filter(|s| may(s.who)).flat_map(|s| {
        let of = s.name;
        [s.name, s.de]
            .into_iter()
            .chain(s.aliases.iter().copied())
            .map(move |word| (distance(name, word), of))
    });
    names
        .min_by_key(|(d, _)| *d)
        .filter(|(d, of)| *d <= 2 && *d < of.chars().count())
        .map(|(_, of)| of)
}

/// Edit distance with swapped neighbours counted once (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(40).collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, &from) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, &to) in b.iter().enumerate() {
            let at = |row: &[usize], n: usize| row.get(n).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&row, j) + usize::from(from != to))
                .min(at(&row, j + 1) + 1)
                .min(at(&next, j) + 1);
            let swapped =
                i > 0 && j > 0 && a.get(i - 1) == Some(&to) && b.get(j - 1) == Some(&from);
            if swapped {
                best = best.min(at(&before, j - 1) + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or(usize::MAX)
}

/// At most one command that ends in a state, and nothing but `#note` after it.
fn out_of_place(commands: &[TypedCommand]) -> Vec<Problem> {
    let behind_end = commands.iter().skip_while(|c| !c.spec.ends).skip(1);
    behind_end
        .filter(|c| c.command != Command::Note)
        .map(|c| Problem { line: c.line, typed: c.typed.clone(), refusal: Refusal::AfterState })
        .collect()
}

fn without_outer_blanks(lines: &[String]) -> String {
    let blank = |l: &&String| l.trim().is_empty();
    let rest: Vec<&String> = lines.iter().skip_while(blank).collect();
    let end = rest.len() - rest.iter().rev().take_while(|l| blank(l)).count();
    rest.into_iter().take(end).map(|l| l.trim_end()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests;
