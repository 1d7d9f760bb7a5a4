//! Transfer encodings (RFC 2045 section 6), for mails that tests write.

/// Lines of 72.
pub fn base64(octets: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for (nth, three) in octets.chunks(3).enumerate() {
        let at = |n: usize| u32::from(three.get(n).copied().unwrap_or_default());
        let all = at(0) << 16 | at(1) << 8 | at(2);
        for digit in 0..4 {
            let value = usize::try_from(all >> (18 - 6 * digit) & 63).unwrap();
            text.push(if digit <= three.len() { char::from(DIGITS[value]) } else { '=' });
        }
        if nth % 18 == 17 {
            text.push('\n');
        }
    }
    text
}

pub fn quoted_printable(octets: &[u8]) -> String {
    let mut text = String::new();
    for &octet in octets {
        match octet {
            b'\n' => text.push('\n'),
            b' '..=b'<' | b'>'..=b'~' => text.push(char::from(octet)),
            _ => text += &format!("={octet:02X}"),
        }
    }
    text
}
