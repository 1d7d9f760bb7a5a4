//! What folders are called: in our settings `Processed/2026-11`, on the server as its separator and RFC 3501 want it.

use std::fmt::Write as _;

use chrono::Datelike;

use crate::mail::Timestamp;

/// A setting with `{year}` and `{month}` filled in, in UTC.
pub fn of_month(template: &str, at: Timestamp) -> String {
    let at = at.utc();
    template
        .replace("{year}", &format!("{:04}", at.year()))
        .replace("{month}", &format!("{:02}", at.month()))
}

/// A folder's name as the server knows it. A server without a hierarchy gets one name without levels.
pub fn name_on_server(path: &str, separator: Option<char>) -> String {
    let levels: Vec<String> =
        path.split('/').filter(|level| !level.is_empty()).map(modified_utf7).collect();
    levels.join(&separator.unwrap_or('-').to_string())
}

/// A string in a command (RFC 3501 section 4.3). What goes in was encoded before, so there is no control character.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

/// RFC 3501 section 5.1.3: printable ASCII stands for itself, `&` is `&-`, everything else is UTF-16 in base64.
fn modified_utf7(text: &str) -> String {
    let mut encoded = String::new();
    let mut foreign = String::new();
    for c in text.chars() {
        if matches!(c, ' '..='~') {
            put_foreign(&mut encoded, &foreign);
            foreign.clear();
            encoded.push(c);
            if c == '&' {
                encoded.push('-');
            }
        } else {
            foreign.push(c);
        }
    }
    put_foreign(&mut encoded, &foreign);
    encoded
}

fn put_foreign(encoded: &mut String, foreign: &str) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";
    if foreign.is_empty() {
        return;
    }
    // As text of noughts and ones: folder names are short and made once a month.
    let bits = foreign.encode_utf16().fold(String::new(), |mut bits, unit| {
        // Writing into a String cannot fail.
        _ = write!(bits, "{unit:016b}");
        bits
    });
    encoded.push('&');
    for digit in bits.as_bytes().chunks(6) {
        let value = (0..6).fold(0, |value, place| {
            value * 2 + usize::from(digit.get(place).is_some_and(|bit| *bit == b'1'))
        });
        encoded.push(DIGITS.get(value).map_or('A', |digit| char::from(*digit)));
    }
    encoded.push('-');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_named_after_the_month() {
        let at = Timestamp(1_795_421_528); // 2026-11-23
        assert_eq!(of_month("Processed/{year}-{month}", at), "Processed/2026-11");
        assert_eq!(of_month("Done", at), "Done");
    }

    #[test]
    fn a_folder_is_called_what_the_server_wants() {
        let cases = [
            ("Processed/2026-11", Some('/'), "Processed/2026-11"),
            ("Processed/2026-11", Some('.'), "Processed.2026-11"),
            ("Processed/2026-11", None, "Processed-2026-11"),
            ("/Processed//x/", Some('.'), "Processed.x"),
            ("A & B", Some('/'), "A &- B"),
            ("Geprüft", Some('/'), "Gepr&APw-ft"),
            ("~peter/mail/台北/日本語", Some('/'), "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("x\r\ny", Some('/'), "x&AA0ACg-y"),
        ];
        for (path, separator, name) in cases {
            assert_eq!(name_on_server(path, separator), name);
        }
        assert_eq!(quoted(r#"a"b\c"#), r#""a\"b\\c""#);
    }
}
