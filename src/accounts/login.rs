//! Which login may be given out: by the admin's pattern, not reserved, not too long. Whether it is free, the provider knows.

use regex::Regex;

/// No news or mail server knows longer ones; the admin's pattern may be narrower.
const MAX_OCTETS: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    #[error("it is longer than 64 characters")]
    TooLong,
    #[error("it does not fit login_pattern")]
    Pattern,
    #[error("it is reserved")]
    Reserved,
}

/// # Errors
/// Why nobody may have this login. Reserved ones are compared without case; the pattern must match the whole, anchored or not.
pub fn check(login: &str, pattern: &Regex, reserved: &[String]) -> Result<(), Unusable> {
    let is_word = |c: char| !c.is_control() && !c.is_whitespace() && c != ':';
    if login.len() > MAX_OCTETS {
        Err(Unusable::TooLong)
    } else if pattern.find(login).is_none_or(|found| found.len() != login.len())
        || login.is_empty()
        || !login.chars().all(is_word)
    {
        Err(Unusable::Pattern)
    } else if reserved.iter().any(|name| name.to_lowercase() == login.to_lowercase()) {
        Err(Unusable::Reserved)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_fits_the_pattern_and_is_not_reserved() {
        let anchored = Regex::new("^[a-z][a-z0-9._-]{1,31}$").unwrap();
        let loose = Regex::new("[A-Za-z]*").unwrap();
        let anything = Regex::new("(?s).*").unwrap();
        let reserved = ["root".to_owned(), "Admin".to_owned()];
        let long = "a".repeat(65);
        for (login, pattern, expected) in [
            ("lhoffmann", &anchored, Ok(())),
            ("a1", &anchored, Ok(())),
            ("a", &anchored, Err(Unusable::Pattern)),
            ("Lena", &anchored, Err(Unusable::Pattern)),
            ("lena\n", &anchored, Err(Unusable::Pattern)),
            ("jo2", &loose, Err(Unusable::Pattern)),
            ("", &loose, Err(Unusable::Pattern)),
            ("a:b", &anything, Err(Unusable::Pattern)),
            ("a b", &anything, Err(Unusable::Pattern)),
            ("root", &anchored, Err(Unusable::Reserved)),
            ("ROOT", &loose, Err(Unusable::Reserved)),
            ("admin", &anchored, Err(Unusable::Reserved)),
            (&long, &anything, Err(Unusable::TooLong)),
        ] {
            assert_eq!(check(login, pattern, &reserved), expected, "{login:?}");
        }
    }
}
