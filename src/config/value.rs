//! How each kind of value is written: text in, a typed value or what is wrong with it out.
//!
//! Knows no file and no lines (`reader`), and nothing of what two settings have to do with each other (`together`).

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use chrono::NaiveDate;
use chrono_tz::{TZ_VARIANTS, Tz};
use cron::Schedule;
use regex::{Regex, RegexBuilder};

use super::suggest::nearest;
use super::{Backlog, Folder, Resolver};
use crate::desk::calendar::Wait;
use crate::mail::Address;
use crate::mail::timestamp::Span;

/// Why a text is not what its setting needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Goes on after the value: `is no span of time`.
    pub is: String,
    pub remedy: String,
    /// The value is not to be shown, as it holds a password; then `is` goes on after the setting's name.
    pub hidden: bool,
}

impl Wrong {
    pub fn new(is: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { is: is.into(), remedy: remedy.into(), hidden: false }
    }
}

/// Text on one line that says something: what stands in mails and headers.
pub fn line(text: &str) -> Result<String, Wrong> {
    let text = text.trim();
    if text.is_empty() {
        Err(Wrong::new("says nothing", "write a text, or remove the line"))
    } else if text.chars().any(char::is_control) {
        Err(Wrong::new("holds a line break or a control character", "write it on one line"))
    } else {
        Ok(text.to_owned())
    }
}

/// As `read`; but nothing at all means None.
pub fn or_nothing<T>(
    read: impl Fn(&str) -> Result<T, Wrong>,
) -> impl Fn(&str) -> Result<Option<T>, Wrong> {
    move |text| if text.trim().is_empty() { Ok(None) } else { read(text).map(Some) }
}

/// One of a table's words.
pub fn one_of<T: Copy>(table: &[(&'static str, T)]) -> impl Fn(&str) -> Result<T, Wrong> {
    move |text| {
        let found = table.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        found.ok_or_else(|| {
            let words: Vec<String> = table.iter().map(|(word, _)| format!("{word:?}")).collect();
            let is = match words.as_slice() {
                [only] => format!("is not {only}"),
                _ => format!("is none of {}", words.join(", ")),
            };
            let meant = nearest(text, table.iter().map(|(word, _)| *word));
            let remedy = match (meant, words.as_slice()) {
                (Some(meant), _) => format!("did you mean {meant:?}?"),
                (None, [only]) => format!("write {only}"),
                (None, _) => format!("write one of {}", words.join(", ")),
            };
            Wrong::new(is, remedy)
        })
    }
}

pub fn address(text: &str) -> Result<Address, Wrong> {
    Address::parse(text).ok_or_else(|| {
        Wrong::new(
            "is no mail address",
            "write one bare address such as \"anna@example.org\", without a name and without < >",
        )
    })
}

pub fn span(text: &str) -> Result<Span, Wrong> {
    Span::parse(text).ok_or_else(|| {
        Wrong::new(
            "is no span of time",
            "write a whole number and a unit in quotation marks: \"90s\", \"15m\", \"12h\", \"2d\" or \"1w\"",
        )
    })
}

/// A span in which something can happen.
pub fn span_over_zero(text: &str) -> Result<Span, Wrong> {
    let span = span(text)?;
    if span > Span::secs(0) {
        Ok(span)
    } else {
        Err(Wrong::new("is over before it begins", "write a span longer than nothing: \"12h\""))
    }
}

/// What may take so long: days are told from hours, since a calendar counts them differently.
pub fn wait(text: &str) -> Result<Wait, Wrong> {
    let span = span(text)?;
    let in_days = text.trim().ends_with(['d', 'w']);
    let days = u32::try_from(span.0 / 86_400).ok().filter(|_| in_days);
    Ok(days.map_or(Wait::Time(span), Wait::Days))
}

/// One in which something can happen.
pub fn wait_over_zero(text: &str) -> Result<Wait, Wrong> {
    span_over_zero(text).and_then(|_| wait(text))
}

pub fn backlog(text: &str) -> Result<Backlog, Wrong> {
    if text == "all" {
        return Ok(Backlog::All);
    }
    let or_all = |wrong: Wrong| Wrong { remedy: format!("{}; or \"all\"", wrong.remedy), ..wrong };
    span(text).map(Backlog::Within).map_err(or_all)
}

/// Octets: `25M`, `500K`, `1G`, or a plain number. 0 stays 0.
pub fn size_octets(text: &str) -> Result<u64, Wrong> {
    let text = text.trim();
    let (number, unit) = match text.chars().next_back() {
        Some('K' | 'k') => (text.trim_end_matches(['K', 'k']), 1 << 10),
        Some('M' | 'm') => (text.trim_end_matches(['M', 'm']), 1 << 20),
        Some('G' | 'g') => (text.trim_end_matches(['G', 'g']), 1 << 30),
        _ => (text, 1_u64),
    };
    let octets = number.trim_end().parse::<u64>().ok().and_then(|n| n.checked_mul(unit));
    octets.ok_or_else(|| {
        Wrong::new("is no size", "write a whole number and K, M or G: \"25M\"; \"0\" is no limit")
    })
}

pub fn zone(text: &str) -> Result<Tz, Wrong> {
    text.parse().map_err(|_| {
        let names = || TZ_VARIANTS.iter().map(|zone| zone.name());
        let city = |name: &str| name.rsplit('/').next().unwrap_or_default().to_lowercase();
        let meant = names().find(|name| city(name) == text.to_lowercase().replace(' ', "_"));
        let remedy = match meant.or_else(|| nearest(text, names())) {
            Some(meant) => format!("did you mean {meant:?}?"),
            None => {
                "write a name of the IANA time zone database, such as \"Europe/Berlin\"".to_owned()
            }
        };
        Wrong::new("is no time zone", remedy)
    })
}

/// Six or seven fields, seconds first.
pub fn cron(text: &str) -> Result<Schedule, Wrong> {
    Schedule::from_str(text).map_err(|_| {
        let remedy = match text.split_whitespace().count() {
            5 => format!("seconds come first: write \"0 {}\"", text.trim()),
            _ => "write six fields, second, minute, hour, day, month and weekday: \"0 0 8 * * Mon-Fri\"".to_owned(),
        };
        Wrong::new("is no cron expression", remedy)
    })
}

/// Whether the weekdays of a cron expression are numbers, of which 1 is Sunday here and Monday elsewhere.
pub fn counts_weekdays(text: &str) -> bool {
    text.split_whitespace().nth(5).is_some_and(|days| days.contains(|c: char| c.is_ascii_digit()))
}

/// A regular expression that is looked for in a header, without regard to case.
pub fn pattern(text: &str) -> Result<Regex, Wrong> {
    regex(text)?;
    RegexBuilder::new(text).case_insensitive(true).build().map_err(|e| no_regex(&e))
}

/// A regular expression that a login must fit from its first to its last letter.
pub fn whole_pattern(text: &str) -> Result<Regex, Wrong> {
    regex(text)?;
    regex(&format!("^(?:{text})$"))
}

fn regex(text: &str) -> Result<Regex, Wrong> {
    Regex::new(text).map_err(|e| no_regex(&e))
}

fn no_regex(error: &regex::Error) -> Wrong {
    // The message draws the pattern over several lines; its last one says what is wrong.
    let message = error.to_string();
    let why = message.lines().last().unwrap_or_default().trim().trim_start_matches("error: ");
    Wrong::new(
        format!("is no regular expression ({why})"),
        "mend it; single quotation marks spare you doubled backslashes: '^[a-z]+\\.$'",
    )
}

/// A queue's name: one word of a command, part of a List-Id.
pub fn queue_name(text: &str) -> Result<String, Wrong> {
    name(
        text,
        "-_.:",
        "write letters, digits and - _ . : only, at most 64: \"antrag\", \"onno::antrag\"",
    )
}

/// A mailbox's name: also that of its spool's folder.
pub fn mailbox_name(text: &str) -> Result<String, Wrong> {
    name(text, "-_.:", "write letters, digits and - _ . : only, at most 64: \"antrag\"")
}

fn name(text: &str, besides: &str, remedy: &str) -> Result<String, Wrong> {
    let fits = (1..=64).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || besides.contains(c));
    if fits { Ok(text.to_owned()) } else { Err(Wrong::new("is no name", remedy)) }
}

/// The word before a ticket's number in a subject.
pub fn hook(text: &str) -> Result<String, Wrong> {
    let fits = (1..=20).contains(&text.chars().count())
        && text.chars().all(|c| c.is_alphanumeric() || c == '-');
    if fits {
        Ok(text.to_owned())
    } else {
        Err(Wrong::new("cannot stand in [HOOK#NUMBER]", "write one word of letters: \"Ticket\""))
    }
}

/// What stands between an address and a token; empty where the mail server knows no subaddresses.
pub fn subaddress(text: &str) -> Result<String, Wrong> {
    match text {
        "" | "+" | "-" | "=" | "_" | "." => Ok(text.to_owned()),
        _ => Err(Wrong::new(
            "is no separator of subaddresses",
            "write the recipient delimiter of your mail server, mostly \"+\"; or \"\" where it has none",
        )),
    }
}

/// Text with placeholders, each of which must be one of `known`.
pub fn with_placeholders(text: &str, known: &[&str]) -> Result<String, Wrong> {
    let text = line(text)?;
    let all: Vec<String> = known.iter().map(|name| format!("{{{name}}}")).collect();
    let only_these = || format!("write only {}", all.join(" and "));
    for rest in text.split('{').skip(1) {
        let Some((name, _)) = rest.split_once('}') else {
            return Err(Wrong::new("holds a { without its }", only_these()));
        };
        if !known.contains(&name) {
            let meant = nearest(name, known.iter().copied());
            let remedy =
                meant.map_or_else(only_these, |meant| format!("did you mean {{{meant}}}?"));
            return Err(Wrong::new(format!("holds {{{name}}}, which stands for nothing"), remedy));
        }
    }
    Ok(text)
}

pub fn sign_as(text: &str) -> Result<String, Wrong> {
    with_placeholders(text, &["agent", "queue"])
}

pub fn folder(text: &str) -> Result<Folder, Wrong> {
    with_placeholders(text, &["year", "month"]).map(Folder)
}

/// RFC 5322 section 2.2: printable ASCII without a colon.
pub fn header_name(text: &str) -> Result<String, Wrong> {
    let fits = !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic() && c != ':');
    if fits {
        Ok(text.to_owned())
    } else {
        Err(Wrong::new(
            "is no name of a header",
            "write the name alone, without the colon: \"List-Id\"",
        ))
    }
}

/// `Name: value`, the mark of the own mail server.
pub fn header_line(text: &str) -> Result<(String, String), Wrong> {
    let wrong = || {
        Wrong::new("is no header", "write name and value: \"X-Spam-Flag: YES\"; or \"\" for none")
    };
    let (name, value) = text.split_once(':').ok_or_else(wrong)?;
    let name = header_name(name.trim()).map_err(|_| wrong())?;
    Ok((name, line(value).map_err(|_| wrong())?))
}

/// A domain in lower case, of at least two labels.
pub fn domain(text: &str) -> Result<String, Wrong> {
    match Address::parse(&format!("x@{text}")) {
        Some(address) => Ok(address.domain().to_owned()),
        None => Err(Wrong::new("is no domain", "write the domain alone: \"example.org\"")),
    }
}

/// The authserv-id of RFC 8601 section 2.2: one word, mostly the host's name.
pub fn authserv_id(text: &str) -> Result<String, Wrong> {
    let fits = text.chars().all(|c| c.is_ascii_graphic() && c != ';');
    if fits {
        Ok(text.to_ascii_lowercase())
    } else {
        Err(Wrong::new(
            "is no authserv-id",
            "write the first word of the Authentication-Results that your own mail server adds",
        ))
    }
}

pub fn resolver(text: &str) -> Result<Resolver, Wrong> {
    let alone = |ip: IpAddr| SocketAddr::new(ip, 53);
    let found = text.parse().ok().or_else(|| text.parse().ok().map(alone));
    found.map(Resolver).ok_or_else(|| {
        Wrong::new(
            "is no address of a resolver",
            "write its IP address: \"127.0.0.1\" or \"[::1]:5353\"; or \"\" for the system's",
        )
    })
}

/// The page where an applicant confirms.
pub fn page(text: &str) -> Result<String, Wrong> {
    let host = text.strip_prefix("https://").unwrap_or_default();
    let fits = host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '[')
        && text.chars().all(|c| c.is_ascii_graphic() && !"\"<>#".contains(c));
    if fits {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err(Wrong::new(
            "is no address of a page",
            "write it with https://: \"https://tickets.example.org\"; or \"\" for none",
        ))
    }
}

pub fn date(text: &str) -> Result<NaiveDate, Wrong> {
    text.parse().map_err(|_| Wrong::new("is no date", "write year, month and day: \"2026-12-25\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_count_in_powers_of_1024() {
        for (text, octets) in
            [("25M", 26_214_400), ("1k", 1_024), ("2G", 2_147_483_648), ("0", 0), ("17", 17)]
        {
            assert_eq!(size_octets(text), Ok(octets), "{text}");
        }
        for wrong in ["", "M", "1.5M", "-1", "25MB", "99999999999G"] {
            assert!(size_octets(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_wrong_value_says_what_was_probably_meant() {
        let kind = one_of(&[("application", 1), ("support", 2)]);
        for (remedy, meant) in [
            (kind("aplication").unwrap_err().remedy, "did you mean \"application\"?"),
            (kind("abuse").unwrap_err().remedy, "write one of \"application\", \"support\""),
            (zone("Berlin").unwrap_err().remedy, "did you mean \"Europe/Berlin\"?"),
            (zone("Europe/Berln").unwrap_err().remedy, "did you mean \"Europe/Berlin\"?"),
            (
                cron("0 8 * * Mon-Fri").unwrap_err().remedy,
                "seconds come first: write \"0 0 8 * * Mon-Fri\"",
            ),
            (sign_as("{agnet}").unwrap_err().remedy, "did you mean {agent}?"),
        ] {
            assert_eq!(remedy, meant);
        }
    }

    #[test]
    fn a_login_pattern_holds_for_the_whole_login() {
        let pattern = whole_pattern("[a-z]+|x1").unwrap();
        for (login, fits) in [("jo", true), ("x1", true), ("jo:", false), ("jo\nroot", false)] {
            assert_eq!(pattern.is_match(login), fits, "{login:?}");
        }
    }
}
