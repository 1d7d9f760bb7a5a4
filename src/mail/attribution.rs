//! The sentence a client writes above a quote: "On ... wrote:", in the languages of the table, wrapped as it may be.
//!
//! It is known by its end: a colon, and before it at least two of date, verb and address. Where the quote below has
//! no marks it takes the most evidence, as everything below is then old. Blocks of fields are in `header_block`.

use super::line::{
    Found, LONGEST_INTRODUCTION_OCTETS, LineKind, Then, bare, is_blank, is_command_like, is_quoted,
    quote_follows, without_emphasis,
};

/// How a language says that somebody wrote something: the word before the colon or the name, of "a écrit" the last
/// one. To teach another language, add a line.
#[rustfmt::skip]
static VERBS: &[(&str, &[&str])] = &[
    ("en", &["wrote", "writes"]),
    ("de", &["schrieb", "geschrieben", "schreibt"]),
    ("fr", &["écrit", "ecrit"]),
    ("es", &["escribió", "escribio", "escrit"]),
    ("pt", &["escreveu"]),
    ("it", &["scritto", "scrive"]),
    ("nl", &["schreef", "geschreven"]),
    ("da, no, sv", &["skrev", "skreiv"]),
    ("fi", &["kirjoitti"]),
    ("et", &["kirjutas"]),
    ("pl", &["napisał", "napisała", "napisal", "pisze"]),
    ("cs, sk", &["napsal", "napsala", "napísal", "napísala"]),
    ("sl, hr, sr", &["napisao", "napisala", "napisal", "je napisao", "написао", "написала"]),
    ("hu", &["írta", "irta"]),
    ("ro", &["scris"]),
    ("ru, uk, bg", &["написал", "написала", "писал", "пишет", "написав", "пише", "написа"]),
    ("el", &["έγραψε"]),
    ("tr", &["yazdı", "yazdi"]),
    ("lt, lv", &["rašė", "rakstīja"]),
    ("ca, eu", &["escriure", "idatzi"]),
    ("vi, id", &["viết", "menulis"]),
    ("fa, th", &["نوشت", "เขียน", "เขียนว่า"]),
    ("he, ar", &["כתב", "כתבה", "מאת", "كتب", "كتبت"]),
    ("zh", &["写道", "寫道", "写"]),
    ("ja", &["書きました", "のメール"]),
    ("ko", &["작성", "썼습니다"]),
];

/// How the sentence begins, where it begins with a fixed word.
#[rustfmt::skip]
static OPENINGS: &[(&str, &[&str])] = &[
    ("en", &["on", "at"]),
    ("de", &["am", "an"]),
    ("fr", &["le"]),
    ("es", &["el"]),
    ("pt", &["em", "a", "no"]),
    ("it", &["il"]),
    ("nl", &["op"]),
    ("da, no, sv", &["den"]),
    ("pl", &["w", "dnia", "dn"]),
    ("cs, sk", &["dne", "dňa"]),
    ("sl, hr, sr", &["dana"]),
    ("ro", &["în", "pe"]),
    ("ru, uk, bg", &["в", "на"]),
    ("el", &["στις"]),
    ("vi, id", &["pada", "vào"]),
    ("he, ar", &["ב", "في"]),
    ("zh", &["在", "于"]),
];

/// The first letters of months. A number beside them makes a date.
#[rustfmt::skip]
static MONTHS: &[&str] = &[
    "jan", "feb", "mar", "mär", "mrz", "apr", "mai", "may", "maj", "mei", "jun", "jul", "aug", "sep", "okt",
    "oct", "nov", "dez", "dec", "fév", "fev", "avr", "juin", "jui", "aoû", "déc", "ene", "abr", "ago", "dic",
    "gen", "mag", "giu", "lug", "set", "ott", "out", "sty", "lut", "kwi", "cze", "lip", "sie", "wrz", "paź",
    "lis", "gru", "led", "úno", "bře", "dub", "kvě", "čer", "čvn", "čvc", "srp", "zář", "říj", "pro", "tam",
    "hel", "maa", "huh", "tou", "kes", "hei", "elo", "syy", "lok", "jou", "янв", "фев", "мар", "апр", "мая",
    "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек", "січ", "лют", "бер", "кві", "тра", "чер", "лип",
    "сер", "вер", "жов", "лис", "гру", "oca", "şub", "nis", "haz", "tem", "ağu", "eyl", "eki", "kas", "ara",
    "ian", "iun", "iul", "noi", "ιαν", "φεβ", "μαρ", "απρ", "μαΐ", "ιου", "αυγ", "σεπ", "οκτ", "νοε", "δεκ",
    "ápr", "máj", "jún", "júl", "sze", "márc",
];

/// Beside the verb these mean a person's own sentence: "Am 3. März schrieb ich Ihnen:", "what I wrote on 3 March:".
#[rustfmt::skip]
static OWN_SENTENCE: &[&str] = &[
    "ich", "wir", "mir", "uns", "ihnen", "i", "we", "me", "us", "je", "nous", "ik", "wij", "jeg", "jag", "yo", "io",
];

/// A wrapped introduction stands on at most this many lines, with its one blank line.
const MOST_LINES: usize = 6;

/// What has more words was typed, or is there to keep us busy.
const MOST_WORDS: usize = 60;

/// The introduction that ends on this line.
pub(super) fn at(lines: &[&str], floor: usize, at: usize) -> Option<Found> {
    let last = lines.get(at)?;
    if last.len() > LONGEST_INTRODUCTION_OCTETS {
        return None;
    }
    let found = |from| Found { from, to: at + 1, kind: LineKind::Attribution, then: Then::Quote };
    if is_between_arrows(last) || is_between_dashes(last) {
        return Some(Found { then: Then::QuoteBelowFields, ..found(at) });
    }
    if is_dated_name(last) {
        return Some(found(at));
    }
    if !ends_with_colon(last) || (is_quoted(last) && !closes_bracket(last)) {
        return None;
    }
    let marked_below = quote_follows(lines, at + 1);
    let mut sentence = String::new();
    let mut blank_seen = false;
    for from in (floor..=at).rev().take(MOST_LINES) {
        let line = bare(lines.get(from)?);
        if line.is_empty() {
            // HTML made text may tear the address from the name (Outlook for Android, 2016).
            if blank_seen || !sentence.starts_with('<') {
                break;
            }
            blank_seen = true;
            continue;
        }
        if line.len() > LONGEST_INTRODUCTION_OCTETS
            || is_command_like(line)
            || (from < at && (is_quoted(line) || ends_sentence(line) || ends_another(line)))
        {
            break;
        }
        sentence = format!("{line} {sentence}");
        if introduces(&sentence, marked_below) {
            return Some(found(opening(lines, floor, from)));
        }
    }
    (marked_below && introduces_marked(last)).then(|| found(at))
}

/// Whether this is an introduction. Where no marks follow, everything below becomes old: that takes more evidence.
fn introduces(sentence: &str, marked_below: bool) -> bool {
    // Cheap, and true of most lines that end with a colon.
    if !sentence.contains(char::is_numeric) {
        return false;
    }
    let sentence = without_emphasis(sentence).to_lowercase();
    let words = words(&sentence);
    if words.len() > MOST_WORDS {
        return false;
    }
    let address = sentence.contains('@');
    let time = has_time(&sentence);
    if !has_date(&sentence, &words) {
        // Months and verbs of languages that are in no table.
        return address
            && time
            && has_year(&words)
            && (marked_below || verb(&sentence, &words).is_some());
    }
    match verb(&sentence, &words) {
        Some(verb) => {
            let own = !address && is_own_sentence(&words, verb);
            let last = verb + 1 >= words.len();
            !own && (address || time || marked_below || (last && opens(&words) && has_year(&words)))
        }
        // "23.11.2026, 10:05, "Jo" <jo@example.org>:" (Yandex, Yahoo Japan, mail.ru, 2014 to today).
        None => address && (marked_below || (time && ends_with_address(&sentence))),
    }
}

/// The weaker evidence that does where the lines below are marked: a verb, or an address.
fn introduces_marked(line: &str) -> bool {
    let line = without_emphasis(line).to_lowercase();
    let words = words(&line);
    match verb(&line, &words) {
        Some(verb) => words.len() <= 12 && !is_own_sentence(&words, verb),
        None => ends_with_address(&line),
    }
}

/// The line above, where the sentence found lacks its beginning: "On Monday, the" / "23.11.2026 at 10:05 Jo wrote:".
fn opening(lines: &[&str], floor: usize, from: usize) -> usize {
    let begins = |index: usize| {
        lines.get(index).is_some_and(|line| {
            line.len() <= LONGEST_INTRODUCTION_OCTETS
                && opens(&words(&without_emphasis(line).to_lowercase()))
        })
    };
    let Some(above) = from.checked_sub(1).filter(|above| *above >= floor && !begins(from)) else {
        return from;
    };
    let torn = lines.get(above).is_some_and(|line| {
        !ends_sentence(line) && !ends_with_colon(line) && bare(line).len() <= 78
    });
    if torn && begins(above) && lines.get(above).is_some_and(|line| words(line).len() <= 8) {
        above
    } else {
        from
    }
}

/// "2026-11-23 10:05 GMT+01:00 Jo Doe": Gmail without verb and colon (2016).
fn is_dated_name(line: &str) -> bool {
    let words: Vec<&str> = bare(line).split(' ').take(4).collect();
    match words.as_slice() {
        [date, time, zone, _name] => {
            is_numeric_date(date)
                && has_time(time)
                && zone.starts_with("GMT")
                && !bare(line).ends_with('<')
        }
        _ => false,
    }
}

/// "Jo Doe ---23.11.2026 10:05:12---Hello, I ...": Notes, with the beginning of the mail, and its fields below.
fn is_between_dashes(line: &str) -> bool {
    let mut parts = bare(line).splitn(3, "---");
    let (Some(name), Some(date), Some(_)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let starts_with_letter = name.chars().next().is_some_and(char::is_alphabetic);
    let numeric = date.chars().filter(|c| c.is_ascii_digit()).count() >= 7;
    starts_with_letter && numeric && date.len() <= 40 && has_time(date)
}

/// ">>> Jo Doe <jo@example.org> 23.11.26 10:05 >>>": GroupWise, and the quote below has no marks.
fn is_between_arrows(line: &str) -> bool {
    let core = bare(line).strip_prefix(">>>").and_then(|line| line.strip_suffix(">>>"));
    core.is_some_and(|core| has_date(&core.to_lowercase(), &words(&core.to_lowercase())))
}

/// Whether a separator names the writer: "-----Jo Doe wrote: -----" (Notes).
pub(super) fn ends_with_verb(text: &str) -> bool {
    let text = text.trim_end_matches([':', ' ']);
    let words = words(text);
    verb(text, &words).is_some_and(|verb| verb + 1 == words.len() && words.len() >= 2)
}

/// `> wrote:` or `>:`: the bracket of an address came to the start of a line; it is no quote mark.
fn closes_bracket(line: &str) -> bool {
    bare(line).strip_prefix('>').is_some_and(|rest| {
        let rest = bare(rest).to_lowercase();
        rest == ":"
            || (rest.ends_with(':')
                && words(&rest).len() <= 2
                && verb(&rest, &words(&rest)).is_some())
    })
}

fn ends_with_colon(line: &str) -> bool {
    without_emphasis(line).ends_with([':', '：'])
}

fn ends_with_address(sentence: &str) -> bool {
    let sentence = sentence.trim_end_matches([':', '：', ' ']);
    [">", "&gt;", "]"].iter().any(|end| sentence.ends_with(end)) && sentence.contains('@')
}

/// A line that ends like this is not torn from the next one. "28." and "Nov." are no ends.
fn ends_sentence(line: &str) -> bool {
    let line = bare(line);
    if line.ends_with(['?', '!']) {
        return true;
    }
    let Some(line) = line.strip_suffix('.') else { return false };
    let last = line.rsplit(char::is_whitespace).next().unwrap_or_default();
    last.chars().count() > 4 && !last.chars().all(char::is_numeric)
}

/// A line above with a colon of its own: what stands there is no beginning of this sentence.
fn ends_another(line: &str) -> bool {
    ends_with_colon(line) && !line.ends_with("mailto:")
}

fn words(sentence: &str) -> Vec<&str> {
    sentence
        .split(|c: char| {
            c.is_whitespace() || matches!(c, ',' | ':' | '：' | '(' | ')' | '<' | '>' | '"' | '*')
        })
        .filter(|word| !word.is_empty())
        .collect()
}

fn has(table: &[(&str, &[&str])], word: &str) -> bool {
    table.iter().any(|(_, words)| words.contains(&word))
}

fn opens(words: &[&str]) -> bool {
    words.first().is_some_and(|first| has(OPENINGS, first))
}

/// Where the verb stands. Scripts without spaces: anywhere, counted as the last word.
fn verb(sentence: &str, words: &[&str]) -> Option<usize> {
    words.iter().rposition(|word| has(VERBS, word)).or_else(|| {
        let spaceless = |verb: &&&str| verb.chars().all(|c| ('\u{2e80}'..='\u{d7ff}').contains(&c));
        let mut verbs = VERBS.iter().flat_map(|(_, verbs)| *verbs).filter(spaceless);
        verbs.any(|verb| sentence.contains(verb)).then_some(words.len())
    })
}

fn is_own_sentence(words: &[&str], verb: usize) -> bool {
    [verb.checked_sub(1), verb.checked_add(1)]
        .into_iter()
        .flatten()
        .filter_map(|index| words.get(index))
        .any(|word| OWN_SENTENCE.contains(word))
}

fn has_date(sentence: &str, words: &[&str]) -> bool {
    let number = |word: Option<&&str>| {
        word.is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit()))
    };
    let month = |word: &&str| MONTHS.iter().any(|month| word.starts_with(month));
    sentence.contains('年')
        || sentence.contains('년')
        || words.iter().any(|word| is_numeric_date(word))
        || words.windows(3).any(|window| is_numeric_date(&window.concat()))
        || words.iter().enumerate().filter(|(_, word)| month(word)).any(|(index, _)| {
            // "23 de noviembre", "Nov 23", "23. November"
            (index.saturating_sub(2)..=index + 1)
                .any(|near| near != index && number(words.get(near)))
        })
}

/// A year, and the number of a day.
fn has_year(words: &[&str]) -> bool {
    let numbers = || {
        words
            .iter()
            .map(|word| word.trim_end_matches('.'))
            .filter_map(|word| word.parse::<u16>().ok())
    };
    numbers().any(|number| (1990..2100).contains(&number))
        && numbers().any(|number| (1..=31).contains(&number))
}

/// 23.11.2026, 23.11., 11/23/26, 2026-11-23.
fn is_numeric_date(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['.', '/', '-', '‑']).collect();
    let numbers = parts
        .iter()
        .take_while(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
        .count();
    numbers == 3 || (numbers == 2 && parts.len() == 3 && word.ends_with('.'))
}

/// 10:05, 14h05, kl. 10.05.
fn has_time(sentence: &str) -> bool {
    let sentence = sentence.as_bytes();
    sentence.windows(4).any(|window| match window {
        [hour, b':' | b'h', tens, ones] => [hour, tens, ones].into_iter().all(u8::is_ascii_digit),
        [b'k', b'l', b'.' | b' ', _] => true,
        _ => false,
    })
}

/// Whether one of the few lines from `at` on ends an introduction.
pub(super) fn is_near(lines: &[&str], at: usize) -> bool {
    (at..at + MOST_LINES).any(|end| {
        lines.get(end).is_some_and(|line| !is_blank(line)) && self::at(lines, at, end).is_some()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::new_text::new_text;

    const NAME: &str = "Queue <q@example.org>";

    /// The orders of words that clients use, the colon at the end.
    fn introductions(opening: &str, date: &str, verb: &str) -> Vec<String> {
        vec![
            format!("{opening} {date}, 10:05, {NAME} {verb}:"),
            format!("{opening} {date} 10:05 {verb} {NAME}:"),
            format!("{NAME} {verb} {opening} {date} 10:05:"),
            format!("{opening} {date}, {NAME} {verb} :"),
        ]
    }

    /// How clients quote below their introduction: with marks, with those of web mail, without any.
    const QUOTES: &[&str] = &[
        "> Dear Jo,\n> #lock\n>\n> Queue\n",
        "\n> Dear Jo,\n> #lock\n",
        ">Dear Jo,\n>#lock\n",
        "  > Dear Jo,\n  > #lock\n",
        "\nDear Jo,\n\n#lock\n\nQueue\n",
        "#lock\n",
    ];

    /// Broken behind the word at which the line has grown as long as that.
    fn wrapped(sentence: &str, chars: usize) -> String {
        let mut lines = vec![String::new()];
        for word in sentence.split(' ') {
            let Some(line) = lines.last_mut() else { continue };
            if line.is_empty() {
                line.push_str(word);
            } else if line.chars().count() + 1 + word.chars().count() > chars {
                lines.push(word.to_owned());
            } else {
                line.push(' ');
                line.push_str(word);
            }
        }
        lines.join("\n")
    }

    #[test]
    fn below_the_introduction_of_every_language_nothing_is_new_however_it_quotes() {
        for (language, verbs) in VERBS {
            let openings =
                OPENINGS.iter().find(|(of, _)| of == language).map_or(&[""][..], |row| row.1);
            for verb in *verbs {
                for opening in openings {
                    for (index, introduction) in
                        introductions(opening, "23.11.2026", verb).iter().enumerate()
                    {
                        let introduction = introduction.trim_start();
                        for width in [300, 76, 40] {
                            for quote in QUOTES {
                                let mail =
                                    format!("jo\n\n{}\n{quote}", wrapped(introduction, width));
                                let new = new_text(&mail);
                                assert_eq!(new.text, "jo", "{language} {index}:\n{mail}");
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn every_month_makes_a_date() {
        for month in MONTHS {
            for date in [
                format!("23. {month} 2026"),
                format!("{month} 23, 2026"),
                format!("23 de {month}. 2026"),
            ] {
                for quote in QUOTES {
                    let mail = format!("jo\n\nOn {date} at 10:05 {NAME} wrote:\n{quote}");
                    assert_eq!(new_text(&mail).text, "jo", "{mail}");
                }
            }
        }
    }

    #[test]
    fn what_was_typed_below_an_introduction_whose_quote_was_deleted_is_new() {
        let introduction = "On 23.11.2026 at 10:05 Queue <q@example.org> wrote:";
        assert_eq!(
            new_text(&format!("{introduction}\n\n#lock\n\nThank you.\n-- \nJo")).text,
            "#lock\n\nThank you."
        );
        for of_a_mail in [
            "____ Please write your answer above this line ____\n\n#lock\n",
            "#lock\n\n____ Please write your answer above this line ____\n",
            "Dear Jo,\n#lock\n\nOn 22.11.2026 at 10:05 Ida <ida@example.org> wrote:\nHello\n",
            "Dear Jo,\n#lock\n> older\n",
            "Dear Jo,\n#lock\nFrom: Ida <ida@example.org>\nSent: Monday, 23 November 2026\nTo: Jo\nSubject: Hello\n\nx",
        ] {
            let new = new_text(&format!("{introduction}\n\n{of_a_mail}"));
            assert_eq!(new.text, "", "{of_a_mail}");
        }
    }
}
