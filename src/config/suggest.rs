//! The nearest of the valid words to a mistyped one. Leaves to the caller how to say it.

/// What people write who come from other programs, where no distance between letters would find it.
static OFTEN_MEANT: &[(&str, &str)] = &[
    ("cafile", "ca_file"),
    ("cc", "admins"),
    ("email", "address"),
    ("folder", "processed"),
    ("from", "address"),
    ("host", "url"),
    ("interval", "poll"),
    ("lang", "language"),
    ("mail", "address"),
    ("pass", "password_file"),
    ("passwd", "password_file"),
    ("password", "password_file"),
    ("server", "url"),
    ("tz", "timezone"),
    ("username", "user"),
];

/// The one of `known` that `word` was most likely meant to be; None where nothing comes near.
#[must_use]
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let plain = |text: &str| text.to_lowercase().replace('-', "_");
    let word = plain(word);
    let known: Vec<&str> = known.into_iter().collect();
    let meant = OFTEN_MEANT.iter().find(|(often, _)| *often == word).map(|(_, meant)| *meant);
    if let Some(found) = meant.and_then(|meant| known.iter().find(|k| **k == meant)) {
        return Some(found);
    }
    // A third of the letters may be wrong: less and `pool` is not `poll`, more and everything is like everything.
    let wrong_letters = (word.chars().count() / 3).max(1);
    let near = known
        .iter()
        .map(|k| (strsim::osa_distance(&word, &plain(k)), *k))
        .filter(|(distance, _)| *distance <= wrong_letters)
        .min_by_key(|(distance, _)| *distance);
    let begun = || known.iter().find(|k| word.len() >= 4 && plain(k).starts_with(&word)).copied();
    near.map(|(_, k)| k).or_else(begun)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_mistyped_word_finds_what_was_meant() {
        let known = ["url", "password_file", "poll", "release_after", "address", "timezone"];
        for (typed, meant) in [
            ("pool", Some("poll")),
            ("realease_after", Some("release_after")),
            ("Release-After", Some("release_after")),
            ("password", Some("password_file")),
            ("pass", Some("password_file")),
            ("adress", Some("address")),
            ("release", Some("release_after")),
            ("tz", Some("timezone")),
            ("host", Some("url")),
            ("colour", None),
            ("x", None),
        ] {
            assert_eq!(nearest(typed, known), meant, "{typed}");
        }
    }
}
