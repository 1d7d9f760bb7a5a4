//! Where the mails come from: single files, mbox files, Maildirs, standard input. One mail is in memory at a time.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::super::mbox::{Mbox, is_separator, next_piece};
use super::super::print::Ended;
use super::super::{Failure, Status};
use crate::config::secrets::in_words;

/// A mail as it came, and the name under which it is shown.
pub struct Found<'a> {
    pub file: String,
    /// One octet over the limit at most: that suffices to know.
    pub raw: &'a [u8],
}

pub type Take<'t> = &'t mut dyn FnMut(&Found<'_>) -> Result<(), Ended>;

/// Hands over each mail of `path`. Some: what could not be read.
///
/// # Errors
/// What `take` says.
pub fn mails(path: &Path, most: usize, take: Take<'_>) -> Result<Vec<Failure>, Ended> {
    if path == Path::new("-") {
        return mails_of(path, &mut io::stdin().lock(), most, take);
    }
    if !path.is_dir() {
        return mails_of_file(path, most, take);
    }
    let files = match maildir(path) {
        Ok(files) => files,
        Err(failure) => return Ok(vec![failure]),
    };
    let mut failures = Vec::new();
    for file in files {
        failures.extend(mails_of_file(&file, most, take)?);
    }
    Ok(failures)
}

/// How much there is to read; None where that is not known.
pub fn octets(path: &Path) -> Option<u64> {
    if path == Path::new("-") {
        return None;
    }
    let of = |file: &PathBuf| fs::metadata(file).map_or(0, |about| about.len());
    if path.is_dir() {
        return Some(maildir(path).map_or(0, |files| files.iter().map(of).sum()));
    }
    Some(of(&path.to_owned()))
}

fn mails_of_file(path: &Path, most: usize, take: Take<'_>) -> Result<Vec<Failure>, Ended> {
    match File::open(path) {
        Ok(file) => mails_of(path, &mut BufReader::with_capacity(64 * 1024, file), most, take),
        Err(error) => Ok(vec![unreadable(path, &error)]),
    }
}

fn mails_of(
    path: &Path,
    input: &mut dyn BufRead,
    most: usize,
    take: Take<'_>,
) -> Result<Vec<Failure>, Ended> {
    let mut input = input;
    let name = path.display().to_string();
    let failed = |error: &io::Error| Ok(vec![unreadable(path, error)]);
    // Some editors leave an empty line, or a byte order mark, on top.
    let first = loop {
        match next_piece(&mut input) {
            Ok(blank) if !blank.is_empty() && blank.trim_ascii().is_empty() => {}
            Ok(first) => break first,
            Err(error) => return failed(&error),
        }
    };
    let first = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&first);
    if !is_separator(first) || is_one_mail(path) {
        let room = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
        let mut raw = Vec::new();
        return match first.chain(input).take(room).read_to_end(&mut raw) {
            Ok(_) => take(&Found { file: name, raw: &raw }).map(|()| Vec::new()),
            Err(error) => failed(&error),
        };
    }
    let mut mbox = Mbox::behind_separator(input, most);
    let mut nth: u64 = 0;
    loop {
        match mbox.next_mail() {
            Ok(None) => return Ok(Vec::new()),
            Ok(Some(raw)) => {
                nth = nth.saturating_add(1);
                take(&Found { file: format!("{name}#{nth}"), raw: &raw })?;
            }
            Err(error) => return failed(&error),
        }
    }
}

/// Some programs leave the separator of an mbox on top of a mail that they export, and no `>From ` below it.
fn is_one_mail(path: &Path) -> bool {
    let folder = path.parent().and_then(Path::file_name);
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("eml"))
        || (folder.is_some_and(|folder| folder == "cur" || folder == "new")
            && path.parent().and_then(Path::parent).is_some_and(is_maildir))
}

fn is_maildir(path: &Path) -> bool {
    ["cur", "new"].iter().all(|folder| path.join(folder).is_dir())
}

/// The mails of a Maildir, by their names: these begin with the time of their arrival.
fn maildir(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let folders: Vec<PathBuf> = ["new", "cur"].iter().map(|name| path.join(name)).collect();
    if !folders.iter().any(|folder| folder.is_dir()) {
        let said =
            format!("{} is a folder, and no Maildir: it has no `cur` or `new`", path.display());
        let remedy = format!("name the mails in it: {}/*.eml", path.display());
        return Err(Failure::new(Status::NoInput, said).with_remedy(remedy));
    }
    let mut files = Vec::new();
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| unreadable(folder, &error))?;
            let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
            if !is_hidden && entry.path().is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort_by_cached_key(|file| file.file_name().map(ToOwned::to_owned));
    Ok(files)
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(Status::NoInput, format!("cannot read {}: {}", path.display(), in_words(error)))
}
