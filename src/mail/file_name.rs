//! Names of attachments, safe to show, to store and to send on.
//!
//! Whether a type may be passed on at all is the letters' business; here a name only loses what could do harm:
//! folders, control and direction characters, leading dots, length.

use std::collections::{HashMap, HashSet};

use super::Attachment;
use super::one_line::one_line;

/// Longest name in octets; with a number before its ending it still fits every file system.
const LONGEST_OCTETS: usize = 120;

/// Reserved by Windows whatever ending follows.
const DEVICES: &[&str] = &[
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8",
    "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// The usual ending of a part that came without a name.
const ENDINGS: &[(&str, &str)] = &[
    ("message/rfc822", "eml"),
    ("message/global", "eml"),
    ("message/", "txt"),
    ("text/html", "html"),
    ("text/calendar", "ics"),
    ("text/csv", "csv"),
    ("text/rfc822-headers", "txt"),
    ("text/", "txt"),
    ("application/pdf", "pdf"),
    ("application/zip", "zip"),
    ("application/pgp-signature", "asc"),
    ("application/pkcs7-signature", "p7s"),
    ("application/ms-tnef", "dat"),
    ("image/jpeg", "jpg"),
    ("image/png", "png"),
    ("image/gif", "gif"),
    ("image/svg+xml", "svg"),
];

/// A safe name for what was called `declared`; never empty.
#[must_use]
pub fn safe_name(declared: Option<&str>, media_type: &str) -> String {
    let name = declared.map(last_path_part).unwrap_or_default();
    if name.is_empty() {
        return format!("attachment.{}", ending_of(media_type));
    }
    let (stem, ending) = split_ending(&name);
    // Whatever follows the first dot, Windows opens the device; a leading dash is an option to many a program.
    let first = stem.split('.').next().unwrap_or(stem).trim_end();
    let is_device = DEVICES.iter().any(|device| first.eq_ignore_ascii_case(device));
    let stem =
        if is_device || stem.starts_with('-') { format!("_{stem}") } else { stem.to_owned() };
    with_ending(&stem, ending)
}

/// Makes equal names distinct: `a.txt`, `a-2.txt`, ... compared without case.
pub fn make_distinct(attachments: &mut [Attachment]) {
    let mut taken = HashSet::new();
    // Where counting goes on, so that a thousand equal names are not each counted from the start.
    let mut counted: HashMap<String, usize> = HashMap::new();
    for attachment in attachments {
        let name = attachment.name.clone();
        let (stem, ending) = split_ending(&name);
        let number = counted.entry(name.to_lowercase()).or_insert(2);
        while !taken.insert(attachment.name.to_lowercase()) {
            attachment.name = with_number(stem, *number, ending);
            *number = number.saturating_add(1);
        }
    }
}

/// The stem is cut, never the number: names that were equal would stay so.
fn with_number(stem: &str, number: usize, ending: Option<&str>) -> String {
    let number = format!("-{number}");
    let room = LONGEST_OCTETS
        .saturating_sub(number.len())
        .saturating_sub(ending.map_or(0, |ending| ending.len().saturating_add(1)));
    let stem = stem.get(..stem.floor_char_boundary(room)).unwrap_or(stem);
    with_ending(&format!("{stem}{number}"), ending)
}

fn last_path_part(declared: &str) -> String {
    let line = one_line(declared);
    let part = line.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or_default();
    let clean: String =
        part.chars().map(|c| if "<>:\"|?*\u{fffd}".contains(c) { '_' } else { c }).collect();
    clean.trim_start_matches(['.', ' ']).trim_end_matches(['.', ' ']).to_owned()
}

/// The ending counts only where it looks like one: 1 to 10 letters or digits.
fn split_ending(name: &str) -> (&str, Option<&str>) {
    match name.rsplit_once('.') {
        Some((stem, ending))
            if !stem.is_empty()
                && (1..=10).contains(&ending.len())
                && ending.chars().all(|c| c.is_ascii_alphanumeric()) =>
        {
            (stem, Some(ending))
        }
        _ => (name, None),
    }
}

/// Joins both again, the stem cut so that the whole fits.
fn with_ending(stem: &str, ending: Option<&str>) -> String {
    let room =
        LONGEST_OCTETS.saturating_sub(ending.map_or(0, |ending| ending.len().saturating_add(1)));
    let cut = stem
        .char_indices()
        .map(|(at, c)| at.saturating_add(c.len_utf8()))
        .take_while(|&end| end <= room)
        .last();
    let stem = cut.and_then(|end| stem.get(..end)).unwrap_or_default();
    match ending {
        Some(ending) => format!("{stem}.{ending}"),
        None => stem.trim_end_matches(['.', ' ']).to_owned(), // where it was cut
    }
}

fn ending_of(media_type: &str) -> &'static str {
    ENDINGS
        .iter()
        .find(|(start, _)| media_type.starts_with(start))
        .map_or("bin", |(_, ending)| ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_loses_what_could_do_harm() {
        for (declared, name) in [
            (Some("Antrag Müller.pdf"), "Antrag Müller.pdf"),
            (Some("../../etc/passwd"), "passwd"),
            (Some("C:\\Users\\jo\\cv.doc"), "cv.doc"),
            (Some(".bashrc"), "bashrc"),
            (Some("..."), "attachment.pdf"),
            (Some(""), "attachment.pdf"),
            (None, "attachment.pdf"),
            (Some("invoice\u{202e}fdp.exe"), "invoicefdp.exe"),
            (Some("a\r\nb\0.txt"), "a  b.txt"),
            (Some("con.txt"), "_con.txt"),
            (Some("a<b>|c?.txt"), "a_b__c_.txt"),
        ] {
            assert_eq!(safe_name(declared, "application/pdf"), name);
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let name = safe_name(Some(&format!("{}.pdf", "ä".repeat(500))), "");
        assert!(name.len() <= LONGEST_OCTETS && name.ends_with("ä.pdf"), "{name}");
        let dotted =
            safe_name(Some(&format!("{}.{}", "a".repeat(LONGEST_OCTETS - 1), "b".repeat(99))), "");
        assert_eq!(dotted, "a".repeat(LONGEST_OCTETS - 1));
    }

    #[test]
    fn equal_names_become_distinct_however_long_they_are() {
        for name in ["a".repeat(LONGEST_OCTETS), "ä".repeat(60), format!("{}.pdf", "a".repeat(116))]
        {
            let file = Attachment { name, media_type: String::new(), content: Vec::new() };
            let mut attachments = vec![file; 1_000];
            make_distinct(&mut attachments);
            let names: HashSet<_> = attachments.iter().map(|a| a.name.to_lowercase()).collect();
            assert_eq!(names.len(), 1_000);
            assert!(names.iter().all(|name| name.len() <= LONGEST_OCTETS));
        }
    }

    #[test]
    fn equal_names_become_distinct() {
        let mut attachments: Vec<_> = ["a.txt", "A.txt", "a-2.txt", "a.txt", "b"]
            .iter()
            .map(|name| Attachment {
                name: (*name).to_owned(),
                media_type: String::new(),
                content: Vec::new(),
            })
            .collect();
        make_distinct(&mut attachments);
        let names: Vec<_> = attachments.iter().map(|a| a.name.as_str()).collect();
        assert_eq!(names, ["a.txt", "A-2.txt", "a-2-2.txt", "a-3.txt", "b"]);
    }
}
