//! The header of a raw mail as fields, unfolded but not decoded: what a server says in one must not be changed by decoding what a
//! stranger wrote into it.

/// More are nothing that a server of ours would have written.
const MOST_FIELDS: usize = 1_000;
const MOST_OCTETS: usize = 262_144;

/// A field as it stands: name and value, without the line ends inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub value: String,
}

impl Field {
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Of a `name=value; ...` list as signatures are (RFC 6376 section 3.2), the value of a tag.
    #[must_use]
    pub fn tag(&self, name: &str) -> Option<&str> {
        let tags = self.value.split(';').filter_map(|tag| tag.split_once('='));
        let mut named = tags.filter(|(tag, _)| tag.trim().eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value.trim())
    }
}

/// From the top down, to the first line that is none.
#[must_use]
pub fn fields(raw: &[u8]) -> Vec<Field> {
    let raw = raw.trim_ascii_start();
    let head = raw.get(..MOST_OCTETS).unwrap_or(raw);
    let mut found: Vec<Field> = Vec::new();
    for line in head.split(|octet| *octet == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let text = String::from_utf8_lossy(line);
        if line.is_empty() || found.len() >= MOST_FIELDS {
            break;
        }
        if text.starts_with([' ', '\t']) {
            let Some(last) = found.last_mut() else { break };
            last.value.push_str(&text);
            continue;
        }
        let Some((name, value)) = text.split_once(':') else { break };
        // A blank before the colon stays: no server of ours writes one, and a filter may not know the field by it.
        let (name, value) = (name.to_owned(), value.trim_ascii_start().to_owned());
        found.push(Field { name, value });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_unfolded_and_end_with_the_header() {
        let found = fields(b"\r\nA: one\r\n\ttwo\r\nb : =?utf-8?q?x?=\r\n\r\nC: body\r\n");
        let pairs: Vec<_> = found.iter().map(|f| (f.name.as_str(), f.value.as_str())).collect();
        assert_eq!(pairs, [("A", "one\ttwo"), ("b ", "=?utf-8?q?x?=")]);
        assert_eq!(fields(b"A: 1\nno field\nB: 2\n").len(), 1);
        assert!(fields(b"").is_empty());
        assert_eq!(fields("A: b\n".repeat(5_000).as_bytes()).len(), MOST_FIELDS);
    }
}
