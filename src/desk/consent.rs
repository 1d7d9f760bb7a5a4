//! Whether an answer says yes or no: an applicant's to "was that you?", an agent's to "shall this be done?".
//!
//! A yes begins the answer and stands in short company, a no voids; whatever is neither is shown to a person. What
//! follows from it is decided in `application` and `agent`. The words are in `consent_wording`.

use super::consent_wording::{
    BUTS, CLOSINGS, DENIALS, GREETINGS, NO, POLITE, Table, YES, YES_BEFORE_A_STOP,
};

/// What an applicant's new text says to the question whether the application is theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    Yes,
    No,
    Doubtful {
        /// For `inspect` and the log.
        why: &'static str,
    },
}

/// Reads the answer. Greetings above and closings below it do not count against it.
#[must_use]
pub fn consent(new_text: &str) -> Consent {
    if new_text.len() > MOST_OCTETS {
        return Consent::Doubtful { why: "a long text" };
    }
    let text = folded(new_text);
    let all = words(&text);
    if (0..all.len()).any(|at| begins(DENIALS, all.get(at..).unwrap_or_default())) {
        return Consent::No;
    }
    let letter = without_greeting(&text);
    let answer = without_closing(letter);
    let words = words(answer);
    if begins(POLITE, &words) {
        return Consent::Doubtful { why: "a phrase with a no that is none" };
    }
    if begins(NO, &words) {
        return Consent::No;
    }
    if words.is_empty() {
        return Consent::Doubtful { why: "no text" };
    }
    if !begins_with_yes(&words) {
        return Consent::Doubtful { why: "neither yes nor no" };
    }
    objection(letter, answer).map_or(Consent::Yes, |why| Consent::Doubtful { why })
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
            let stop = after
                .chars()
                .find(|c| !c.is_whitespace())
                .is_none_or(|c| matches!(c, '.' | ',' | '!' | ';' | ':' | '。' | '、' | '，'));
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

/// Whether the text begins with a phrase of the table.
fn begins(table: Table, words: &[Word<'_>]) -> bool {
    table.iter().any(|(_, phrases)| phrases.iter().any(|phrase| starts(words, phrase)))
}

fn begins_with_yes(words: &[Word<'_>]) -> bool {
    let stops = words.first().is_some_and(|first| first.stop);
    begins(YES, words) || (stops && begins(YES_BEFORE_A_STOP, words))
}

/// Why a text that begins with a yes is none. A name and an address below the closing are no objection, a "but" is.
fn objection(letter: &str, answer: &str) -> Option<&'static str> {
    if words(answer).len() > MOST_WORDS {
        return Some("a long yes");
    }
    if answer.contains(['?', '？']) {
        return Some("a question");
    }
    if answer.contains('@') {
        return Some("an address");
    }
    let words = words(letter);
    let holds =
        |phrase| (0..words.len()).any(|at| starts(words.get(at..).unwrap_or_default(), phrase));
    BUTS.iter()
        .find_map(|(why, phrases)| phrases.iter().any(|phrase| holds(phrase)).then_some(*why))
}

/// The text behind a salutation: below its line, or behind its comma where the answer follows on the line.
fn without_greeting(text: &str) -> &str {
    let text = text.trim_start();
    let (line, below) = text.split_once('\n').unwrap_or((text, ""));
    let greeting = words(line);
    if !begins(GREETINGS, &greeting) {
        return text;
    }
    match line.split_once([',', '!']) {
        Some((_, behind)) if !words(behind).is_empty() => {
            text.get(line.len() - behind.len()..).unwrap_or(text)
        }
        _ if greeting.len() <= MOST_GREETING_WORDS => below,
        _ => text,
    }
}

/// The text above a closing. The first line is the answer, whatever it says.
fn without_closing(text: &str) -> &str {
    let text = text.trim();
    let mut end = 0;
    for line in text.split_inclusive('\n') {
        let closes = end > 0 && begins(CLOSINGS, &words(line));
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
mod tests {
    use super::*;

    #[test]
    fn a_short_answer_that_begins_with_a_yes_is_a_yes() {
        for text in [
            "ja",
            "Ja",
            "JA!",
            "yes.",
            "*Yes*",
            "Ja, das bin ich. Bitte legen Sie das Konto an.",
            "Yes, that is me. Please create the account.",
            "Yes, that was me.",
            "Ja, das war ich",
            "Ok",
            "okay, danke",
            "Jawohl!",
            "Bestätige.",
            "Ich bestätige den Antrag 2026112300000014.",
            "Hiermit bestätige ich meinen Antrag.",
            "Confirm",
            "I confirm.",
            "I hereby confirm my application.",
            "That’s me",
            "Oui, merci",
            "Sí",
            "Si.",
            "Tak",
            "Tak, potwierdzam.",
            "Да",
            "はい",
            "Hallo,\n\nja, das bin ich.\n\nViele Grüße\nJo",
            "Hallo Team, ja bitte!",
            "Guten Tag Frau Brandt,\nja.\nMit freundlichen Grüßen\nLena Hoffmann\nMusterweg 1\n12345 Musterstadt\nlena@example.net\nhttps://example.net/?lena",
            "Dear team,\n\nYes\n\nBest,\nJo",
            "Ja\n\nLena Hoffmann",
            "Ja\nDanke\nJo",
        ] {
            assert_eq!(consent(text), Consent::Yes, "{text:?}");
        }
    }

    #[test]
    fn a_no_is_a_no_and_beats_a_yes() {
        for text in [
            "Nein",
            "nein, ja nicht",
            "No!",
            "No. Yes I saw it, but no.",
            "Hallo,\nnein.\nGruß\nJo",
            "Hello, no thanks",
            "#withdraw",
            "#Withdraw.",
            "＃withdraw",
            "#zurückziehen",
            "Ich habe das nicht beantragt.",
            "Sie schreiben, ich hätte ein Konto beantragt. So etwas habe ich nie beantragt!",
            "I never applied for this",
            "I did not apply.",
            "I didn’t apply.",
            "Yes, hello, but I never applied for anything.",
            "Hallo das war ich nicht",
            "Kein Konto bitte",
            "Ich möchte kein Konto.",
            "That was not me",
            "Ich ziehe meinen Antrag zurück.",
        ] {
            assert_eq!(consent(text), Consent::No, "{text:?}");
        }
    }

    #[test]
    fn everything_else_is_for_a_person_to_read() {
        let long = format!("Yes {}", "and so on ".repeat(10));
        for text in [
            "",
            "   \n",
            "Yes, but please with login jo2",
            "Ja, aber bitte als jo2",
            "Ja, mit dem Login jo2",
            "Yes?",
            "Ja, wer sind Sie",
            "Ok was ist das hier",
            "Ja, und schicken Sie es an jo@example.net",
            "Ja\nDanke\nAber bitte als jo2",
            "Yes, delete it",
            "Ja, das ist Spam",
            "Ja nein",
            "Yes, not sure",
            "Yes, no further words.",
            "No problem, yes",
            "Kein Problem, ja",
            "Da bin ich unsicher",
            "Tak for beskeden",
            "Si vous voulez",
            "Maybe",
            "Was soll das sein?",
            "Ich habe noch kein Konto.",
            "Janein",
            "#yes",
            "Hallo",
            "Viele Grüße",
            long.as_str(),
        ] {
            assert!(
                matches!(consent(text), Consent::Doubtful { .. }),
                "{text:?} {:?}",
                consent(text)
            );
        }
    }

    #[test]
    fn only_the_bare_word_is_an_agents_yes() {
        for text in ["yes", "ja", "Yes.", " JA! \n", "\"yes\"", "\u{feff}Ja,"] {
            assert!(is_bare_yes(text), "{text:?}");
        }
        for text in [
            "",
            "yes?",
            "ja bitte",
            "> yes",
            "#yes",
            "no",
            "ok",
            "ja\n\nAnna",
            "yes yes",
            "y",
            "yes\u{200b}x",
        ] {
            assert!(!is_bare_yes(text), "{text:?}");
        }
    }

    #[test]
    fn a_letter_is_left_to_a_person_however_long_it_is() {
        for text in ["danke\n", "hallo, ", "yes ", "no ", "ja\n", "#", "'", "-"] {
            let text = text.repeat(1_000_000 / text.len());
            assert_eq!(consent(&text), Consent::Doubtful { why: "a long text" });
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_odd(text in proptest::prelude::any::<String>()) {
            if is_bare_yes(&text) {
                proptest::prop_assert_eq!(consent(&text), Consent::Yes);
            }
        }
    }
}
