//! Whether two domains are run by the same people (RFC 7489 section 3.1, relaxed): the public suffix list says where one begins.

/// Equal, or below the same organizational domain. Nobody shares `co.uk` with anybody.
#[must_use]
pub fn aligned(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_lowercase(), other.to_lowercase());
    if [&one, &other].iter().any(|domain| domain.split('.').any(str::is_empty)) {
        return false;
    }
    one == other || psl::domain_str(&one).is_some_and(|d| psl::domain_str(&other) == Some(d))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_suffix_list_divides_domains() {
        for (one, other, expected) in [
            ("example.org", "example.org", true),
            ("Example.ORG", "mail.example.org", true),
            ("a.example.org", "b.example.org", true),
            ("co.uk", "example.co.uk", false),
            ("one.co.uk", "two.co.uk", false),
            ("org", "example.org", false),
            ("github.io", "anna.github.io", false),
            ("one.github.io", "two.github.io", false),
            ("evilexample.org", "example.org", false),
            ("example.org.evil.net", "example.org", false),
            ("agents.test", "mx.agents.test", true),
            ("test", "agents.test", false),
            ("example.org.", "example.org", false),
            (".example.org", "example.org", false),
            ("", "", false),
            (".", ".", false),
        ] {
            assert_eq!(aligned(one, other), expected, "{one:?} {other:?}");
            assert_eq!(aligned(other, one), expected, "{other:?} {one:?}");
        }
    }
}
