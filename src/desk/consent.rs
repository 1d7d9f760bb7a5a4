//! Whether an answer says yes or no: an applicant's to "was that you?", an agent's to "shall this be done?".
//!
//! A yes begins the answer and stands in short company, a no voids; whatever is neither is shown to a person. What
//! follows from it is decided in `application` and `agent`. The words are in `consent_wording`.

use super::consent_wording::{
    BUTS, CLOSINGS, DENIALS, GREETINGS, LIKE_A_YES, MACHINES, NO, NO_BEFORE_A_STOP, POLITE, Table,
    YES, YES_BEFORE_A_STOP,
};

/// What an applicant's new text says to the question whether the application is theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    Yes,
    No,
    /// For the owner to read, with the reason.
    Doubtful(Doubt),
}

/// Why an answer is no clear yes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Nothing was newly written: a quote alone.
    NoText,
    /// A sign like a thumb, and no word.
    OnlyASign,
    Long,
    /// It reads as an away note or an acknowledgement does.
    Machine,
    /// "No problem".
    Polite,
    NeitherYesNorNo,
    Question,
    /// Another address is named.
    Address,
    Condition,
    Correction,
    Negation,
    Delay,
    Complaint,
    /// Nobody here can read it.
    Encrypted,
}

impl Doubt {
    /// For the log and the key of its phrase in letters.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NoText => "no-text",
            Self::OnlyASign => "sign",
            Self::Long => "long",
            Self::Machine => "machine",
            Self::Polite => "polite",
            Self::NeitherYesNorNo => "neither",
            Self::Question => "question",
            Self::Address => "address",
            Self::Condition => "condition",
            Self::Correction => "correction",
            Self::Negation => "negation",
            Self::Delay => "delay",
            Self::Complaint => "complaint",
            Self::Encrypted => "encrypted",
        }
    }

    /// By the first column of the table of buts.
    fn named(row: &str) -> Self {
        match row {
            "a correction" => Self::Correction,
            "a negation" => Self::Negation,
            "a question" => Self::Question,
            "a delay" => Self::Delay,
            "a complaint" => Self::Complaint,
            _ => Self::Condition,
        }
    }
}

/// What an answer says, and what it was judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    pub consent: Consent,
    /// The phrase of the tables that decided, or the word of the doubt.
    pub why: &'static str,
}

/// Reads the answer. Greetings above and closings below it do not count against it.
#[must_use]
pub fn consent(new_text: &str) -> Consent {
    judged(new_text).consent
}

/// The same with its reason. A machine's words weigh most: whatever else they hold, nobody typed it as an answer. Then a no weighs
/// more than a yes.
#[must_use]
pub fn judged(new_text: &str) -> Judged {
    let doubtful = |doubt: Doubt| Judged { consent: Consent::Doubtful(doubt), why: doubt.word() };
    if new_text.len() > MOST_OCTETS {
        return doubtful(Doubt::Long);
    }
    let text = folded(new_text);
    if sounds_like_a_machine(&text) {
        return doubtful(Doubt::Machine);
    }
    let no = |why| Judged { consent: Consent::No, why };
    let all = words(&text);
    let denial = |at| found(DENIALS, all.get(at..).unwrap_or_default());
    if let Some(why) = (0..all.len()).find_map(denial) {
        return no(why);
    }
    let letter = without_greeting(&text);
    let answer = without_closing(letter);
    let words = words(answer);
    if found(POLITE, &words).is_some() {
        return doubtful(Doubt::Polite);
    }
    if let Some(why) = a_no(&words) {
        return no(why);
    }
    if words.is_empty() {
        let is_sign = answer.contains(|c: char| !c.is_whitespace() && !c.is_ascii());
        return doubtful(if is_sign { Doubt::OnlyASign } else { Doubt::NoText });
    }
    match (a_yes(&words), objection(letter, answer)) {
        (None, _) => doubtful(Doubt::NeitherYesNorNo),
        (Some(_), Some(doubt)) => doubtful(doubt),
        (Some(why), None) => Judged { consent: Consent::Yes, why },
    }
}

/// Whether the whole text is the bare word yes or ja. For agents: any other answer is no consent.
#[must_use]
pub fn is_bare_yes(new_text: &str) -> bool {
    let forgiven =
        |c: char| c.is_whitespace() || matches!(c, '.' | '!' | ',' | ';' | '"' | '\'' | '\u{feff}');
    let word = new_text.trim_matches(forgiven);
    word.len() <= 3 && matches!(word.to_lowercase().as_str(), "yes" | "ja")
}

/// A word of the answer, lower case.
#[derive(Debug, Clone, Copy)]
struct Word<'a> {
    text: &'a str,
    /// Whether a punctuation mark or the end of a line follows.
    stop: bool,
}

/// What is longer is a letter, for a person to read.
const MOST_OCTETS: usize = 10_000;
/// What is longer is no short answer, whatever it begins with. Measured over our own example and its like.
const MOST_WORDS: usize = 16;
/// A greeting on a line of its own has at most this many words: "Guten Tag Frau Dr. Müller-Lüdenscheidt".
const MOST_GREETING_WORDS: usize = 8;
/// Below a closing stand a name and an address, not a letter.
const MOST_CLOSING_WORDS: usize = 25;

/// Lower case, with one kind of apostrophe and of number sign.
fn folded(text: &str) -> String {
    text.to_lowercase().replace(['’', '‘', '`', '´'], "'").replace('＃', "#")
}

/// The words of a text. A command's `#` stays: it is no word like another.
fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    for line in text.lines() {
        let inner = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '#' | '@' | '-');
        let mut rest = line;
        while let Some(start) = rest.find(inner) {
            let tail = rest.get(start..).unwrap_or_default();
            let end = tail.find(|c| !inner(c)).unwrap_or(tail.len());
            let (word, after) = tail.split_at_checked(end).unwrap_or((tail, ""));
            let stop = after.chars().find(|c| !c.is_whitespace()).is_none_or(|c| {
                matches!(c, '.' | ',' | '!' | ';' | ':' | '。' | '、' | '，' | '！')
            });
            let word = word.trim_matches(['\'', '-']);
            if !word.is_empty() {
                words.push(Word { text: word, stop });
            }
            rest = after;
        }
    }
    words
}

fn starts(words: &[Word<'_>], phrase: &str) -> bool {
    let mut words = words.iter();
    phrase.split(' ').all(|wanted| words.next().is_some_and(|word| word.text == wanted))
}

/// The phrase of the table that the text begins with.
fn found(table: Table, words: &[Word<'_>]) -> Option<&'static str> {
    let mut phrases = table.iter().flat_map(|(_, phrases)| phrases.iter());
    phrases.find(|phrase| starts(words, phrase)).copied()
}

/// The same where a stop follows the phrase.
fn found_before_a_stop(table: Table, words: &[Word<'_>]) -> Option<&'static str> {
    let first = words.first().filter(|first| first.stop)?;
    found(table, std::slice::from_ref(first))
}

fn a_yes(words: &[Word<'_>]) -> Option<&'static str> {
    if found(LIKE_A_YES, words).is_some() {
        return None;
    }
    found(YES, words).or_else(|| found_before_a_stop(YES_BEFORE_A_STOP, words))
}

fn a_no(words: &[Word<'_>]) -> Option<&'static str> {
    found(NO, words).or_else(|| found_before_a_stop(NO_BEFORE_A_STOP, words))
}

/// Somewhere in the text, wherever its lines break: not every language puts spaces between its words.
fn sounds_like_a_machine(text: &str) -> bool {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut phrases = MACHINES.iter().flat_map(|(_, phrases)| phrases.iter());
    phrases.any(|phrase| line.contains(phrase))
}

/// Why a text that begins with a yes is none. A name and an address below the closing are no objection, a "but" is.
fn objection(letter: &str, answer: &str) -> Option<Doubt> {
    if words(answer).len() > MOST_WORDS {
        return Some(Doubt::Long);
    }
    if answer.contains(['?', '？']) {
        return Some(Doubt::Question);
    }
    if answer.contains('@') {
        return Some(Doubt::Address);
    }
    let words = words(letter);
    let holds =
        |phrase| (0..words.len()).any(|at| starts(words.get(at..).unwrap_or_default(), phrase));
    BUTS.iter()
        .find_map(|(row, phrases)| phrases.iter().any(|p| holds(p)).then(|| Doubt::named(row)))
}

/// The text behind a salutation: below its line, or behind its comma where the answer follows on the line.
fn without_greeting(text: &str) -> &str {
    let text = text.trim_start();
    let (line, below) = text.split_once('\n').unwrap_or((text, ""));
    let greeting = words(line);
    if found(GREETINGS, &greeting).is_none() {
        return text;
    }
    // A full stop may also be that of a title ("Dr."): what stands behind it must be an answer.
    let answers = |behind: &&str| {
        let words = words(behind);
        a_yes(&words).or_else(|| a_no(&words)).is_some()
    };
    let behind_stop = || line.split_once(['.', '。']).map(|(_, behind)| behind).filter(answers);
    let behind = line.split_once([',', '!', '，', '、', '！']).map(|(_, behind)| behind);
    match behind.filter(|behind| !words(behind).is_empty()).or_else(behind_stop) {
        Some(behind) => text.get(line.len() - behind.len()..).unwrap_or(text),
        _ if greeting.len() <= MOST_GREETING_WORDS => below,
        _ => text,
    }
}

/// The text above a closing. The first line is the answer, whatever it says.
fn without_closing(text: &str) -> &str {
    let text = text.trim();
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let closes = end > 0 && found(CLOSINGS, &words(line)).is_some();
        let below = text.get(end..).unwrap_or_default();
        if closes
            && below.split_whitespace().take(MOST_CLOSING_WORDS + 1).count() <= MOST_CLOSING_WORDS
        {
            break;
        }
        end += line.len();
    }
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests;
