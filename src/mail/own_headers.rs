//! Headers that only we write, taken out of a foreign mail that is passed on as it is: filters sort by them.

use std::borrow::Cow;

/// What the names of our headers begin with.
const OURS: &[u8] = b"x-postamt-";

/// The mail without them, folded lines and all; unchanged where it has none.
#[must_use]
pub fn without_ours(raw: &[u8]) -> Cow<'_, [u8]> {
    let mut kept: Vec<u8> = Vec::new();
    let (mut cut, mut dropping, mut at) = (false, false, 0);
    for line in raw.split_inclusive(|octet| *octet == b'\n') {
        let is_end = matches!(line, b"\n" | b"\r\n");
        if is_end {
            break;
        }
        let is_folded = line.first().is_some_and(|first| matches!(first, b' ' | b'\t'));
        if !is_folded {
            dropping = is_ours(line);
        }
        at += line.len();
        match dropping {
            true => cut = true,
            false => kept.extend_from_slice(line),
        }
    }
    if !cut {
        return Cow::Borrowed(raw);
    }
    kept.extend_from_slice(raw.get(at..).unwrap_or_default());
    Cow::Owned(kept)
}

/// However a forgiving reader would take its name: white space around it, any case.
fn is_ours(line: &[u8]) -> bool {
    let name = line.split(|octet| *octet == b':').next().unwrap_or_default().trim_ascii();
    name.get(..OURS.len()).is_some_and(|start| start.eq_ignore_ascii_case(OURS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_ours_go_and_all_else_stays() {
        let forged = b"From: a@b.example\r\nX-Postamt-Event: confirmed\r\n\tfolded\r\nx-POSTAMT-ticket : 1\r\nSubject: Hi\r\n\r\nX-Postamt-Event: text\r\n";
        let clean = b"From: a@b.example\r\nSubject: Hi\r\n\r\nX-Postamt-Event: text\r\n";
        assert_eq!(without_ours(forged).as_ref(), clean);
        assert!(matches!(without_ours(clean), Cow::Borrowed(_)));
        for odd in [&b""[..], b"X-Postamt-", b"\n", b"no colon", b"X-Postamt-A: b\n"] {
            assert!(without_ours(odd).len() <= odd.len());
        }
    }
}
