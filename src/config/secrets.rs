//! Files with secrets: read when needed, kept for as long as needed, never shown. Their places in the configuration are in `file`.

use std::fmt;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::problem::{Place, Problem};

/// More is no password but a file named by mistake.
const MAX_OCTETS: u64 = 4096;

/// A file the configuration names, with the line that names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFile {
    /// Resolved against the folder of the configuration.
    pub path: PathBuf,
    pub place: Place,
}

/// A file that holds a password on its only line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordFile {
    pub file: NamedFile,
    /// The name as written where it is relative: what systemd may have laid into its credentials' folder.
    pub credential: Option<PathBuf>,
}

/// A password in memory: never printed, wiped when dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The secret itself, to be handed on and not to be kept.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(not shown)")
    }
}

impl PasswordFile {
    /// Reads it anew, so that a changed password needs no restart. A relative name is looked for among systemd's credentials first.
    ///
    /// # Errors
    /// A problem for the admin where it cannot be read, everybody can read it, or it is no single line.
    pub fn read(&self) -> Result<Secret, Problem> {
        self.read_with(credentials_folder().as_deref())
    }

    /// What `check` says about it: what keeps it from being read, or who else could.
    #[must_use]
    pub fn check(&self) -> Option<Problem> {
        if let Err(problem) = self.read() {
            return Some(problem);
        }
        let path = self.found(credentials_folder().as_deref()).0;
        let others = mode(&path).ok()? & 0o070;
        (others != 0 && path == self.file.path).then(|| {
            let what =
                format!("the group of {} can read or change the password in it", path.display());
            let remedy =
                format!("unless only postamt is in that group: chmod 600 {}", path.display());
            Problem::warning(self.file.place.clone(), what, remedy)
        })
    }

    fn read_with(&self, credentials: Option<&Path>) -> Result<Secret, Problem> {
        let (path, guarded) = self.found(credentials);
        let problem =
            |what: String, remedy: String| Problem::error(self.file.place.clone(), what, remedy);
        let name = path.display();
        let text = read_little(&path).map_err(|error| {
            let remedy = match error.kind() {
                io::ErrorKind::NotFound => format!(
                    "write the password into it: install -m 600 /dev/null {name}, then edit it"
                ),
                io::ErrorKind::PermissionDenied => {
                    format!("give it to the user postamt runs as: chown postamt {name}")
                }
                _ => format!("see that {name} is a file with the password and nothing else"),
            };
            problem(format!("cannot read the password in {name}: {}", in_words(&error)), remedy)
        })?;
        if !guarded && mode(&path).is_ok_and(|mode| mode & 0o007 != 0) {
            let what =
                format!("everybody on this machine can read or change the password in {name}");
            return Err(problem(
                what,
                format!("chmod 600 {name}, and change the password if others may have seen it"),
            ));
        }
        let line = text
            .strip_suffix('\n')
            .map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
        if line.is_empty() {
            return Err(problem(
                format!("{name} holds no password"),
                "write the password into it".to_owned(),
            ));
        }
        if line.contains(['\n', '\r', '\0']) {
            let what = format!("{name} holds more than one line");
            return Err(problem(what, "leave the password alone in it, on one line".to_owned()));
        }
        Ok(Secret::new(line.to_owned()))
    }

    /// Where it is, and whether systemd guards it.
    fn found(&self, credentials: Option<&Path>) -> (PathBuf, bool) {
        let credential =
            credentials.zip(self.credential.as_ref()).map(|(folder, name)| folder.join(name));
        match credential.filter(|path| path.exists()) {
            Some(path) => (path, true),
            None => (self.file.path.clone(), false),
        }
    }
}

/// An I/O error's kind for people, without the number of the operating system.
#[must_use]
pub fn in_words(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}

fn read_little(path: &Path) -> io::Result<Zeroizing<String>> {
    let mut text = Zeroizing::new(String::new());
    let octets = std::fs::File::open(path)?.take(MAX_OCTETS + 1).read_to_string(&mut text)?;
    if octets as u64 > MAX_OCTETS {
        return Err(io::Error::other("it is too large for a password"));
    }
    Ok(text)
}

fn mode(path: &Path) -> io::Result<u32> {
    use std::os::unix::fs::PermissionsExt;
    Ok(std::fs::metadata(path)?.permissions().mode())
}

fn credentials_folder() -> Option<PathBuf> {
    std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn password_file(folder: &Path, content: &[u8], mode: u32) -> PasswordFile {
        let path = folder.join("antrag.password");
        std::fs::write(&path, content).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let place = Place::in_file(Path::new("postamt.toml"), "password_file");
        PasswordFile { file: NamedFile { path, place }, credential: Some("antrag.password".into()) }
    }

    #[test]
    fn a_password_is_the_only_line_of_its_file() {
        let folder = tempfile::tempdir().unwrap();
        for (content, wanted) in [
            ("geheim", Ok("geheim")),
            ("geheim\n", Ok("geheim")),
            ("geheim\r\n", Ok("geheim")),
            (" ge heim \n", Ok(" ge heim ")),
            ("", Err("holds no password")),
            ("\n", Err("holds no password")),
            ("a\nb\n", Err("holds more than one line")),
            ("\u{ff}\u{0}", Err("holds more than one line")),
        ] {
            let read = password_file(folder.path(), content.as_bytes(), 0o600).read_with(None);
            match (&read, wanted) {
                (Ok(secret), Ok(wanted)) => assert_eq!(secret.expose(), wanted),
                (Err(problem), Err(wanted)) => assert!(problem.what.ends_with(wanted), "{problem}"),
                _ => panic!("{content:?}: {read:?}"),
            }
        }
        for content in [vec![0xff, 0xfe], vec![b'a'; 5000]] {
            assert!(password_file(folder.path(), &content, 0o600).read_with(None).is_err());
        }
    }

    #[test]
    fn a_password_that_everybody_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        for (mode, fits) in
            [(0o600, true), (0o400, true), (0o640, true), (0o644, false), (0o602, false)]
        {
            let read = password_file(folder.path(), b"geheim\n", mode).read_with(None);
            assert_eq!(read.is_ok(), fits, "{mode:o}");
        }
        let open_to_group = password_file(folder.path(), b"geheim\n", 0o640);
        assert!(!open_to_group.check().unwrap().is_error());
    }

    #[test]
    fn a_credential_of_systemd_comes_before_the_file_beside_the_configuration() {
        let (folder, credentials) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let file = password_file(folder.path(), b"from the file", 0o600);
        let read = |credentials| file.read_with(credentials).unwrap().expose().to_owned();
        assert_eq!(read(Some(credentials.path())), "from the file");
        password_file(credentials.path(), b"from systemd", 0o444);
        assert_eq!(read(Some(credentials.path())), "from systemd");
        assert_eq!(read(None), "from the file");
    }

    #[test]
    fn a_secret_never_prints_itself() {
        assert_eq!(format!("{:?}", Secret::new("geheim".into())), "Secret(not shown)");
    }
}
