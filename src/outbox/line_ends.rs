//! Line ends: SMTP knows CRLF only, files and programs of the machine LF only. A stray CR or LF becomes a whole line end: what one server
//! takes for the end of a line and the next one does not is how mails are smuggled into mails.

/// Every line end as CRLF.
#[must_use]
pub(super) fn crlf(message: &[u8]) -> Vec<u8> {
    with_line_ends(message, b"\r\n")
}

/// Every line end as LF.
#[must_use]
pub(super) fn lf(message: &[u8]) -> Vec<u8> {
    with_line_ends(message, b"\n")
}

fn with_line_ends(message: &[u8], end: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(message.len() + message.len() / 32);
    let mut octets = message.iter().copied().peekable();
    while let Some(octet) = octets.next() {
        match octet {
            b'\r' => {
                octets.next_if_eq(&b'\n');
                out.extend_from_slice(end);
            }
            b'\n' => out.extend_from_slice(end),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_end_becomes_the_same() {
        let mixed = b"a\r\nb\nc\rd\r\r\ne\n\r\nf";
        assert_eq!(lf(mixed), b"a\nb\nc\nd\n\ne\n\nf");
        assert_eq!(crlf(mixed), b"a\r\nb\r\nc\r\nd\r\n\r\ne\r\n\r\nf");
        assert_eq!(crlf(&crlf(mixed)), crlf(mixed));
    }
}
