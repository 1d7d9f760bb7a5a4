//! The tag in a subject: `[Ticket#2026112300000014]`. Damaged ones still match; a wrong check digit never does.

use super::number::Number;

/// `[Ticket#2026112300000014]`
#[must_use]
pub fn tag(hook: &str, number: Number) -> String {
    format!("[{hook}#{number}]")
}

/// Two systems that write to each other keep both their tags; whoever adds more of them means none.
const MOST_TAGS: usize = 10;

/// The ticket numbers in a subject that stand behind the hook word, whatever became of brackets, case and spaces
/// (`Re: AW: [ticket # 2026…]`, folded in the middle of the digits). Another system may have the same hook: the first number
/// that is known here counts.
#[must_use]
pub fn all(subject: &str, hook: &str) -> Vec<Number> {
    let squeezed: String =
        subject.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    let hook: String =
        hook.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    let number = |(at, _): (usize, &str)| {
        let behind =
            squeezed.get(at + hook.len()..)?.trim_start_matches(['#', ':', '_', '＃', '-']);
        let digits: String = behind.chars().take_while(char::is_ascii_digit).take(17).collect();
        Number::parse(&digits)
    };
    squeezed.match_indices(&hook).filter_map(number).take(MOST_TAGS).collect()
}

/// The first of them.
#[must_use]
pub fn find(subject: &str, hook: &str) -> Option<Number> {
    all(subject, hook).first().copied()
}

/// The subject without our tag and without the prefixes that mail programs put before an answer: what stays the same in a thread.
#[must_use]
pub fn bare(subject: &str, hook: &str) -> String {
    let lower = subject.to_lowercase();
    let opening = format!("[{}", hook.to_lowercase());
    // Case changes may change lengths (İ): then the tag stays, which is ugly but safe.
    let mut rest = match (lower.find(&opening), lower.len() == subject.len()) {
        (Some(start), true) => {
            let end = subject
                .get(start..)
                .and_then(|s| s.find(']'))
                .map_or(subject.len(), |n| start + n + 1);
            format!(
                "{} {}",
                subject.get(..start).unwrap_or_default(),
                subject.get(end..).unwrap_or_default()
            )
        }
        _ => subject.to_owned(),
    };
    rest = rest.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut bare = rest.as_str();
    while let Some(shorter) = without_prefix(bare) {
        bare = shorter;
    }
    bare.to_owned()
}

fn without_prefix(subject: &str) -> Option<&str> {
    PREFIXES.iter().find_map(|prefix| {
        let head = subject.get(..prefix.len())?;
        let behind = subject.get(prefix.len()..)?.trim_start();
        let behind = behind.strip_prefix(':').or_else(|| bracketed_count(behind))?;
        head.eq_ignore_ascii_case(prefix).then(|| behind.trim_start())
    })
}

/// `Re[2]:`, as some clients count.
fn bracketed_count(text: &str) -> Option<&str> {
    let (digits, rest) = text.strip_prefix('[')?.split_once(']')?;
    (!digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()))
        .then(|| rest.strip_prefix(':'))
        .flatten()
}

/// What clients of many languages put before the colon of an answer or a forward.
const PREFIXES: &[&str] = &[
    "re",
    "aw",
    "antw",
    "antwort",
    "wg",
    "fw",
    "fwd",
    "sv",
    "vs",
    "vb",
    "odp",
    "pd",
    "rv",
    "res",
    "enc",
    "tr",
    "rif",
    "i",
    "r",
    "ynt",
    "ilt",
    "vl",
    "bls",
    "trs",
    "vá",
    "továbbítás",
    "回复",
    "转发",
    "答复",
    "ответ",
    "отв",
];

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDate;

    fn number() -> Number {
        Number::new(NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(), 1)
    }

    #[test]
    fn damaged_tags_still_match() {
        let n = number();
        for subject in [
            format!("[Ticket#{n}] Antrag"),
            format!("Re: AW: [ticket # {n}] Antrag"),
            format!("WG: Ticket#{n}"),
            format!("Odp: Re: [TICKET#2026 1123{}", n.to_string().get(8..).unwrap()),
            format!("SV: Ticket: {n} und mehr"),
        ] {
            assert_eq!(find(&subject, "Ticket"), Some(n), "{subject}");
        }
        for subject in [
            format!("[Ticket#{}]", n.0 + 1),
            format!("{n}"),
            "[Ticket#123]".into(),
            format!("[Ticket#{n}9]"),
        ] {
            assert_eq!(find(&subject, "Ticket"), None, "{subject}");
        }
    }

    #[test]
    fn of_two_systems_tags_both_are_found() {
        let (ours, theirs) =
            (number(), Number::new(NaiveDate::from_ymd_opt(2026, 11, 20).unwrap(), 7));
        let subject = format!("Re: [Ticket#{theirs}] AW: [Ticket#{ours}] Frage");
        assert_eq!(all(&subject, "Ticket"), [theirs, ours]);
        assert_eq!(all(&format!("[Ticket#{ours}]").repeat(500), "Ticket").len(), MOST_TAGS);
    }

    #[test]
    fn a_thread_keeps_its_bare_subject() {
        let n = number();
        for (subject, bare_subject) in [
            (format!("Re: [Ticket#{n}] Antrag: Lena"), "Antrag: Lena"),
            (format!("AW: Re[2]: WG: [Ticket#{n}]   Frage"), "Frage"),
            ("Regeln der Gruppe".into(), "Regeln der Gruppe"),
            ("Re:".into(), ""),
        ] {
            assert_eq!(bare(&subject, "Ticket"), bare_subject, "{subject}");
        }
    }
}
