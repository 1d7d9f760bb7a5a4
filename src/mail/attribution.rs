//! The sentence a client writes above a quote: "On ... wrote:", wrapped as it may be. The words of the languages are in
//! `attribution_wording`.
//!
//! It is known by its end: a colon, and before it at least two of date, verb and address. Where the quote below has
//! no marks it takes the most evidence, as everything below is then old. Blocks of fields are in `header_block`.

use super::attribution_wording::{ARTICLES, CITING, MONTHS, OPENINGS, OWN_SENTENCE, VERBS};
use super::header_block;
use super::line::{
    Found, LONGEST_INTRODUCTION_OCTETS, LineKind, Then, bare, is_blank, is_command_like, is_quoted,
    quote_follows, without_emphasis,
};

/// A wrapped introduction stands on at most this many lines, with its one blank line.
const MOST_LINES: usize = 6;

/// What has more words was typed, or is there to keep us busy.
const MOST_WORDS: usize = 60;

/// The introduction that ends on this line.
pub(super) fn at(lines: &[&str], floor: usize, at: usize) -> Option<Found> {
    let last = lines.get(at)?;
    if last.len() > LONGEST_INTRODUCTION_OCTETS || is_blank(last) {
        return None;
    }
    let found = |from| Found { from, to: at + 1, kind: LineKind::Attribution, then: Then::Quote };
    let old_below = |from| Found { then: Then::QuoteBelowFields, ..found(from) };
    if is_between_arrows(last) || is_between_dashes(last) {
        return Some(old_below(at));
    }
    if is_dated_name(lines, at) {
        return Some(found(at));
    }
    if !ends_with_colon(last) {
        if begins_its_quote(last) {
            return Some(old_below(at));
        }
        return without_colon(lines, floor, at).map(found);
    }
    if is_quoted(last) && !closes_bracket(last) {
        return None;
    }
    let marked_below = quote_follows(lines, at + 1);
    let mut sentence = String::new();
    let mut blank_seen = false;
    // The writer is named, yet the date may stand further up.
    let mut named = None;
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
        let sense = sense(&sentence, marked_below);
        if sense == Sense::Typed {
            break;
        }
        if sense == Sense::Introduction {
            let from = opening(lines, floor, with_the_name(lines, floor, from));
            return Some(found(below_a_rule(lines, floor, from)));
        }
        if named.is_none() && names_who_wrote(&sentence) {
            named = Some(from);
        }
    }
    if let Some(from) = named {
        return Some(found(with_the_name(lines, floor, from)));
    }
    (marked_below && introduces_marked(last)).then(|| found(at))
}

/// What a sentence that ends with a colon is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sense {
    Introduction,
    /// A person tells of somebody who wrote: whatever stands above it, too.
    Typed,
    /// Unless more of it stands above.
    Nothing,
}

fn sense(sentence: &str, marked_below: bool) -> Sense {
    // Cheap, and true of most lines that end with a colon.
    if !sentence.contains(char::is_numeric) {
        return Sense::Nothing;
    }
    let written = normal(sentence);
    let sentence = written.to_lowercase();
    let words = words(&sentence);
    if words.len() > MOST_WORDS {
        return Sense::Nothing;
    }
    let verb = verb(&sentence, &words);
    let is_own =
        |verb| is_own_sentence(&written, verb) || (!marked_below && is_typed(&written, verb));
    if !sentence.contains('@') && has_date(&sentence, &words) && verb.is_some_and(is_own) {
        return Sense::Typed;
    }
    if introduces(&sentence, &words, verb, marked_below) {
        Sense::Introduction
    } else {
        Sense::Nothing
    }
}

/// Where no marks follow, everything below becomes old: that takes more evidence.
fn introduces(sentence: &str, words: &[&str], verb: Option<Verb>, marked_below: bool) -> bool {
    let address = sentence.contains('@');
    let time = has_time(sentence);
    if !has_date(sentence, words) {
        // Months and verbs of languages that are in no table.
        return address && time && has_year(words) && (marked_below || verb.is_some());
    }
    match verb {
        Some(verb) => {
            let last = verb.at + 1 >= words.len();
            address || time || marked_below || (last && opens(words) && has_year(words))
        }
        // "23.11.2026, 10:05, "Jo" <jo@example.org>:" (Yandex, Yahoo Japan, mail.ru, 2014 to today).
        None => {
            address
                && (marked_below
                    || (time
                        && (has_bracketed_address(sentence)
                            || ends_with_address(sentence)
                            || is_date_by_address(sentence, words))))
        }
    }
}

/// "Jo Doe <jo@example.org> wrote:", without a date: nobody types it with the brackets.
fn names_who_wrote(sentence: &str) -> bool {
    if !sentence.contains('@') {
        return false;
    }
    let written = normal(sentence);
    let sentence = written.to_lowercase();
    let words = words(&sentence);
    if words.len() > 20 || !has_bracketed_address(&sentence) {
        return false;
    }
    let cites = cites(&sentence) && ends_with_address(&sentence);
    cites
        || verb(&sentence, &words).is_some_and(|verb| {
            let has_address = |word: &&str| word.contains('@');
            let near = words.iter().take(verb.at).rev().take(3).any(has_address);
            near && verb.at + 1 >= words.len() && !is_typed(&written, verb)
        })
}

/// The weaker evidence that does where the lines below are marked: a verb, or an address.
fn introduces_marked(line: &str) -> bool {
    let written = normal(line);
    let line = written.to_lowercase();
    let words = words(&line);
    if cites(&line) && words.len() <= 12 {
        return true;
    }
    match verb(&line, &words) {
        Some(verb) => words.len() <= 12 && !is_own_sentence(&written, verb),
        None => ends_with_address(&line),
    }
}

/// "On 23.11.2026 at 10:05, Jo <jo@example.org> wrote:   Hello": the quote begins on the line of its introduction (Yahoo
/// on Android). Only all the evidence there is counts.
fn begins_its_quote(line: &str) -> bool {
    if !line.contains('@') || is_quoted(line) || is_command_like(line) {
        return false;
    }
    let line = without_emphasis(line);
    let mut colons = line.match_indices(": ").map(|(at, _)| line.get(..at).unwrap_or_default());
    colons.find(|head| head.contains('@')).is_some_and(|head| {
        let written = normal(head);
        let head = written.to_lowercase();
        let words = words(&head);
        let verb = verb(&head, &words);
        let ends = head.ends_with('>') || verb.is_some_and(|verb| verb.at + 1 == words.len());
        ends && verb.is_some_and(|verb| !is_own_sentence(&written, verb))
            && opens(&words)
            && words.len() <= MOST_WORDS
            && has_bracketed_address(&head)
            && has_time(&head)
            && has_date(&head, &words)
    })
}

/// The first line of an introduction that ends without a colon, right above marks: "Am 23.11.26 um 10:05 schrieb Jo"
/// (web.de), "Jo Doe" / "23. November 2026 um 10:05" (Postbox).
fn without_colon(lines: &[&str], floor: usize, at: usize) -> Option<usize> {
    let line = lines.get(at)?;
    let ends_in_news = line.trim_end().ends_with("...");
    if !(ends_in_news || line.contains(char::is_numeric))
        || is_quoted(line)
        || is_command_like(line)
        || !quote_follows(lines, at + 1)
    {
        return None;
    }
    if is_date_and_time(line) {
        // Alone it may be the answer to a question above.
        let above = at.checked_sub(1).filter(|above| *above >= floor)?;
        return lines.get(above).is_some_and(|line| is_a_name(line)).then_some(above);
    }
    let written = normal(line);
    let line = written.to_lowercase();
    let words = words(&line);
    let dated = has_time(&line) && has_date(&line, &words);
    // ""Jo" <jo@example.org> wrote in message news:x@example.org..." (Outlook Express)
    let dated = words.len() <= 12 && (dated || (ends_in_news && has_bracketed_address(&line)));
    let is_of_a_client = |verb| !is_own_sentence(&written, verb) && !is_typed(&written, verb);
    let wrote = || verb(&line, &words).is_some_and(is_of_a_client);
    (dated && (ends_in_news || !ends_sentence(&line)) && wrote()).then_some(at)
}

/// "Jo Doe", alone on its line.
fn is_a_name(line: &str) -> bool {
    let line = bare(line);
    let words = || line.split_whitespace();
    line.len() <= 60
        && (2..=4).contains(&words().count())
        && words().all(|word| word.starts_with(char::is_uppercase))
        && !line.ends_with(['.', '!', '?', ',', ';', ':'])
}

/// The line above, where the sentence found lacks its beginning: "On Monday, the" / "23.11.2026 at 10:05 Jo wrote:".
fn opening(lines: &[&str], floor: usize, from: usize) -> usize {
    let begins = |index: usize| {
        lines.get(index).is_some_and(|line| {
            line.len() <= LONGEST_INTRODUCTION_OCTETS && opens(&words(&lowered(line)))
        })
    };
    let Some(above) = from.checked_sub(1).filter(|above| *above >= floor && !begins(from)) else {
        return from;
    };
    let torn = lines.get(above).is_some_and(|line| {
        let dated = line.contains(|c: char| c == ',' || c.is_numeric());
        dated && !ends_sentence(line) && !ends_with_colon(line) && bare(line).len() <= 78
    });
    if torn && begins(above) && lines.get(above).is_some_and(|line| words(line).len() <= 8) {
        above
    } else {
        from
    }
}

/// A display name and its address are longer than that where a client breaks the line between or behind them.
const SHORTEST_BROKEN_CHARS: usize = 55;

/// The lines above, where the sentence found begins behind the name: "Queue of a firm with a long name" /
/// "<jo@example.org> wrote on 23.11.2026:".
fn with_the_name(lines: &[&str], floor: usize, from: usize) -> usize {
    let mut from = from;
    for _ in 0..2 {
        let Some(above) = from.checked_sub(1).filter(|above| *above >= floor) else { break };
        let (Some(line), Some(name)) = (lines.get(from), lines.get(above)) else { break };
        let line = lowered(line);
        let name = bare(name);
        let first = line.split_whitespace().next().unwrap_or_default();
        let behind_name = first.starts_with('<');
        let behind_address = has(VERBS, first) && name.ends_with('>') && name.contains('@');
        let chars = name.chars().count() + 1 + first.chars().count();
        if !(behind_name || behind_address)
            || name.is_empty()
            || !(SHORTEST_BROKEN_CHARS..=200).contains(&chars)
            || is_quoted(name)
            || is_command_like(name)
            || ends_sentence(name)
            || ends_with_colon(name)
        {
            break;
        }
        from = above;
    }
    from
}

/// The rule above the fields that stand above a sentence (Yandex).
fn below_a_rule(lines: &[&str], floor: usize, from: usize) -> usize {
    let fields = (floor..from).rev().take(MOST_LINES);
    let fields = fields
        .take_while(|index| lines.get(*index).is_some_and(|line| header_block::is_field(line)));
    let count = fields.count();
    let rule = from.saturating_sub(count).checked_sub(1).filter(|rule| *rule >= floor);
    rule.filter(|rule| count > 0 && lines.get(*rule).is_some_and(|line| super::line::is_rule(line)))
        .unwrap_or(from)
}

/// "2026-11-23 10:05 GMT+01:00 Jo Doe": Gmail without verb and colon (2016). With seconds it may be a line of a log.
fn is_dated_name(lines: &[&str], at: usize) -> bool {
    let Some(line) = lines.get(at).map(|line| bare(line)) else { return false };
    let words: Vec<&str> = line.split(' ').take(4).collect();
    match words.as_slice() {
        [date, time, zone, _name] => {
            is_numeric_date(date)
                && has_time(time)
                && zone.starts_with("GMT")
                && !line.ends_with('<')
                && (time.matches(':').count() == 1
                    || has_bracketed_address(line)
                    || quote_follows(lines, at + 1))
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
pub(super) fn names_the_writer(text: &str) -> bool {
    let text = text.trim_end_matches([':', ' ']);
    let words = words(text);
    let ends_in = |verb: Verb| verb.at + 1 == words.len() && words.len() >= 2;
    verb(text, &words).is_some_and(|verb| ends_in(verb) || text.contains('@'))
}

/// "23.11.2026 10:05" and not much else (Notes, Postbox).
pub(super) fn is_date_and_time(line: &str) -> bool {
    if line.len() > 80 || line.contains('@') || !line.contains(char::is_numeric) {
        return false;
    }
    let line = lowered(line);
    let words = words(&line);
    words.len() <= 8
        && line.starts_with(|c: char| c.is_ascii_digit())
        && has_time(&line)
        && has_date(&line, &words)
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

/// "<jo@example.org>", which people do not type.
fn has_bracketed_address(sentence: &str) -> bool {
    sentence
        .split('<')
        .skip(1)
        .filter_map(|piece| piece.split_once('>'))
        .any(|(inside, _)| inside.contains('@'))
}

/// "23 Nov 2026, 10:05 by jo@example.org:" (Tuta).
fn is_date_by_address(sentence: &str, words: &[&str]) -> bool {
    words.len() <= 8
        && sentence.starts_with(|c: char| c.is_ascii_digit())
        && words.last().is_some_and(|word| word.contains('@'))
}

fn cites(sentence: &str) -> bool {
    CITING.iter().flat_map(|(_, starts)| *starts).any(|start| sentence.starts_with(start))
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

/// Without emphasis and characters that only set the direction, the digits of every script those of ASCII.
fn normal(sentence: &str) -> String {
    let digit = |c: char, zero: char| {
        let offset = u32::from(c).saturating_sub(u32::from(zero));
        char::from_digit(offset, 10).unwrap_or(c)
    };
    without_emphasis(sentence)
        .chars()
        .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'))
        .map(|c| match c {
            '\u{660}'..='\u{669}' => digit(c, '\u{660}'),
            '\u{6f0}'..='\u{6f9}' => digit(c, '\u{6f0}'),
            '’' => '\'',
            '∶' => ':',
            c => c,
        })
        .collect()
}

fn lowered(sentence: &str) -> String {
    normal(sentence).to_lowercase()
}

fn words(sentence: &str) -> Vec<&str> {
    sentence
        .split(|c: char| {
            c.is_whitespace()
                || matches!(c, ',' | '،' | '，' | ':' | '：' | '(' | ')' | '<' | '>' | '"' | '*')
        })
        .filter(|word| !word.is_empty())
        .collect()
}

fn has(table: &[(&str, &[&str])], word: &str) -> bool {
    table.iter().any(|(_, words)| words.contains(&word))
}

/// Whether the table's row of this language has the word.
fn has_word(table: &[(&str, &[&str])], language: &str, word: &str) -> bool {
    table.iter().any(|(of, words)| *of == language && words.contains(&word))
}

fn opens(words: &[&str]) -> bool {
    words.first().is_some_and(|first| has(OPENINGS, first))
}

#[derive(Debug, Clone, Copy)]
struct Verb {
    /// Which word it is.
    at: usize,
    language: &'static str,
}

/// Where the verb stands. Scripts without spaces: anywhere, counted as the last word.
fn verb(sentence: &str, words: &[&str]) -> Option<Verb> {
    let in_table = |(at, word): (usize, &&str)| {
        // "napisao/la", "כתב/ה": whoever it was.
        let word = word.split('/').next().unwrap_or_default();
        let row = VERBS.iter().find(|(_, verbs)| verbs.contains(&word));
        row.map(|(language, _)| Verb { at, language })
    };
    words.iter().enumerate().rev().find_map(in_table).or_else(|| {
        let spaceless = |c: char| c == ' ' || ('\u{2e80}'..='\u{d7ff}').contains(&c);
        let found = |(language, verbs): &(&'static str, &[&str])| {
            let mut verbs = verbs.iter().filter(|verb| verb.chars().all(spaceless));
            verbs.any(|verb| sentence.contains(verb)).then_some(Verb { at: words.len(), language })
        };
        VERBS.iter().find_map(found)
    })
}

/// Whether a word beside the verb says that a person tells of somebody who wrote.
fn is_own_sentence(written: &str, verb: Verb) -> bool {
    let words = words(written);
    [verb.at.checked_sub(1), verb.at.checked_add(1)]
        .into_iter()
        .flatten()
        .any(|at| is_own_word(&words, at, verb))
}

/// Whether a word anywhere says so, or the article of something that has no name.
fn is_typed(written: &str, verb: Verb) -> bool {
    let words = words(written);
    (0..words.len()).any(|at| is_own_word(&words, at, verb) || is_article(&words, at, verb))
}

/// In small letters, as those of a name are not, or right before the verb at the beginning.
fn is_own_word(words: &[&str], at: usize, verb: Verb) -> bool {
    words.get(at).is_some_and(|word| {
        // "Er schrieb", "Elle a écrit"
        let has = words.get(1).is_some_and(|word| ["a", "ha", "har", "hat", "has"].contains(word));
        let begins = at == 0 && (verb.at == 1 || (verb.at == 2 && has));
        let small = is_small(word) || *word == "Ihnen" || begins;
        small && has_word(OWN_SENTENCE, verb.language, &word.to_lowercase())
    })
}

/// Where a name would begin.
fn is_article(words: &[&str], at: usize, verb: Verb) -> bool {
    let begins_name = |before: &&str| {
        before.starts_with(|c: char| c.is_ascii_digit())
            || ["Uhr", "hat", "schrieb", "wrote"].contains(before)
    };
    let before = at.checked_sub(1).and_then(|before| words.get(before));
    before.is_some_and(begins_name)
        && words
            .get(at)
            .is_some_and(|word| is_small(word) && has_word(ARTICLES, verb.language, word))
}

fn is_small(word: &str) -> bool {
    !word.starts_with(char::is_uppercase) || word == "I"
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
    // "on" is a part of the word in Hebrew.
    let word = word.strip_prefix("ב-").unwrap_or(word);
    let parts: Vec<&str> = word.split(['.', '/', '-', '‑']).collect();
    let numbers = parts
        .iter()
        .take_while(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
        .count();
    numbers == 3 || (numbers == 2 && parts.len() == 3 && word.ends_with('.'))
}

/// 10:05, 14h05, kl. 10.05, klo 10.05.
pub(super) fn has_time(sentence: &str) -> bool {
    let sentence = sentence.as_bytes();
    sentence.windows(4).any(|window| match window {
        [hour, b':' | b'h', tens, ones] => [hour, tens, ones].into_iter().all(u8::is_ascii_digit),
        [b'k', b'l', b'.' | b' ', _] | [b'k', b'l', b'o', b' '] => true,
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

    /// Below each of them, without any marks.
    fn begins_what_is_old(introduction: &str) {
        let mail = format!("jo\n\n{introduction}\n\nDear Jo,\n#lock\n");
        assert_eq!(new_text(&mail).text, "jo", "{mail}");
    }

    #[test]
    fn an_introduction_is_known_by_what_nobody_types() {
        for introduction in [
            "On Mon, Nov 23, 2026 at 10:05 AM, Jo Doe<jo@example.net> wrote:   Dear Ida,",
            "Am Mo., Nov. 23, 2026 um 10:05 schrieb Jo Doe<jo@example.net>:   Dear Ida,",
            "Dana 2026-11-23 10:05, Jo Doe je napisao/la:",
            "Je 23.11.2026 10:05, Jo Doe je napisal/a:",
            "في ٢٣\u{200f}/١١\u{200f}/٢٠٢٦، الساعة ١٠:٠٥، كتب/ت Jo Doe <jo@example.net>:",
            "ب ۲۰۲۶/۱۱/۲۳ ۱۰:۰۵ Jo Doe <jo@example.net>:",
            "ב-23/11/2026 10:05, Jo Doe כתב:",
            "Jo Doe <jo@example.net> aliandika 23.11.2026, 10:05 jana:",
            "23 Nov 2026, 10:05 by jo@example.net:",
            "Jo Doe <jo@example.net> wrote:",
            "On Monday, Jo Doe <jo@example.net> wrote:",
            "On Mon, 23 Nov 2026 at 10:05 Jo\n\n<\nmailto:Jo <jo@example.net>\n> wrote:",
            "Quoting Jo Doe <jo@example.net>:",
            ">>> On 23.11.2026 at 10:05, in message <5F : 1>, Jo Doe\n<jo@example.net> wrote:",
            "Jo Doe kirjoitti 23.11.2026 klo 10.05:",
            "----- Jo Doe <jo@example.net> wrote on 23.11.2026 -----",
        ] {
            begins_what_is_old(introduction);
        }
    }

    #[test]
    fn what_a_person_tells_of_somebody_who_wrote_is_new() {
        for text in [
            "am 23.11.2026 um 10:05 hat mir Herr Meier geschrieben:\nDas Formular fehlt.",
            "Le client m’a écrit le 23 novembre 2026 à 10:05 :\nIl est mécontent.",
            "Le 23/11/2026 à 10:05, le client a écrit :\nRien.",
            "Er schrieb am 23.11. um 10:05 Uhr:\nEs geht nicht.",
            "On 2026-11-23 10:05 the server wrote:\nERROR disk full",
            "Am 23.11.2026 um 10:05 Uhr schrieb der Server:\nFehler",
            "Elle a écrit le 23/11/2026 à 10:05 :\nNon.",
            "El cliente me escribió el 23/11/2026 a las 10:05:\nNada.",
            "On 23 November 2026 at 10:05 she wrote:\nNo.",
            "2026-11-23 10:05:12 GMT+01:00 Server down\nPlease check.",
            "I asked jo@example.net: nothing.\nWhat now?",
            "Ida schrieb am 23.11.2026 um 10:05 an <jo@example.net>: nichts.\nWas nun?",
            "Am 23.11.2026 um 10:05 schrieb mir <jo@example.net>: nichts.\nWas nun?",
        ] {
            let text = format!("Hello,\n{text}\n#note\nThanks");
            assert_eq!(new_text(&text).text, text);
        }
    }

    #[test]
    fn a_name_with_an_article_in_it_is_no_sentence_of_a_person() {
        for name in
            ["Antragsstelle der Firma", "The Support Team", "Die Zeit", "Han Er", "On Sie Ltd."]
        {
            begins_what_is_old(&format!("Am 23.11.2026 um 10:05 schrieb {name}:"));
            begins_what_is_old(&format!("On 23.11.2026 at 10:05, {name} wrote:"));
        }
    }

    #[test]
    fn above_marks_less_is_enough() {
        for introduction in [
            "Am 23.11.26 um 10:05 schrieb Jo Doe",
            "Jo Doe\n23. November 2026 um 10:05",
            "Zitat von Jo Doe:",
            "Jo Doe píše v Po 23. 11. 2026 v 10:05 +0100:",
            "2026-11-23 10:05에 Jo Doe 이(가) 쓴 글:",
            "\"Jo Doe\" <jo@example.net> wrote in message news:x@example.net...",
            "Queue of a department with quite a long name, in Berlin\n<jo@example.net> schrieb am Mo., 23. Nov. 2026, 10:05:",
            "Queue of a department with quite a long name <jo@example.net>\nschrieb am Mo., 23. Nov. 2026, 10:05:",
            "----------------\nКому: a@example.org;\nТема: x;\n23.11.2026, 10:05, \"Jo\" <jo@example.net>:",
        ] {
            let mail = format!("jo\n\n{introduction}\n> #lock\n\nbelow\n");
            assert_eq!(new_text(&mail).blocks, ["jo", "below"], "{mail}");
        }
    }

    #[test]
    fn what_is_typed_right_above_an_introduction_stays() {
        for (typed, introduction) in [
            ("Den tar jag", "23 nov. 2026 kl. 10:05 skrev Jo Doe <jo@example.net>:"),
            ("Passt", "Jo Doe <jo@example.net> schrieb am Mo., 23. Nov. 2026, 10:05:"),
            ("ok", "<jo@example.net> schrieb am Mo., 23. Nov. 2026, 10:05:"),
        ] {
            let mail = format!("{typed}\n{introduction}\n> #lock\n");
            assert_eq!(new_text(&mail).text, typed, "{mail}");
        }
        // Answers between questions.
        let mail = "> When?\nAm 23.11. um 10:05 schrieb Jo mir das\n> Where?\nBerlin";
        assert_eq!(new_text(mail).blocks.len(), 2);
        let mail = "> When?\n23.11.2026 10:05\n> Where?\nBerlin";
        assert_eq!(new_text(mail).blocks, ["23.11.2026 10:05", "Berlin"]);
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
