//! Whether a mail says in words that nobody typed it, by the tables of `auto_reply_wording`.
//!
//! One phrase never decides: people are on holiday, too, and say so above their answer, and tell of what machines wrote
//! to them. To call a person's mail automatic is the worse error.

use std::sync::LazyLock;

use regex::RegexSet;

use super::Mail;
use super::auto_reply_wording::{
    Automatic, Away, Challenge, ITSELF, Itself, Means, Meanwhile, PHRASES, RECEIPT_SUBJECTS,
    RECEIPT_WORDS, Received, TELLS, Thanks, YOUR_MESSAGE,
};
use super::one_line::shortened;

/// Longer ones are somebody's letter.
const LONGEST_NOTE: usize = 2_500;

/// What the headers say about the writer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    No,
    /// A mark against loops: ticket systems put it into what their people write, too.
    Loop,
    /// Machines write it, and people through them.
    Hint,
    /// A machine wrote it, though not what.
    Machine,
}

/// What an automatic answer says of itself, in the words that decided; the more its headers say, the fewer are enough.
pub(super) fn automatic_answer(mail: &Mail, label: Label) -> Option<String> {
    if mail.text.len() > LONGEST_NOTE || (label != Label::Machine && !is_only_a_note(&mail.text)) {
        return None;
    }
    let text = opening(&mail.text)?;
    let phrases = Phrases::of(&text);
    let both = |one: Means, other: Means| Some((phrases.first(one)?, phrases.first(other)?));
    let itself = || phrases.first(Itself).or_else(|| phrases.automatic_itself(&text));
    let alone = match label {
        Label::No => None,
        Label::Loop => itself()
            .or_else(|| {
                both(Away, Meanwhile).or_else(|| both(Received, Thanks)).map(|(words, _)| words)
            })
            .or_else(|| phrases.first(Received).filter(|_| names_ticket(&text)))
            .or_else(|| phrases.first(Challenge)),
        // A machine that says of its mail no more than that it is automatic reports something.
        Label::Hint | Label::Machine => [Away, Challenge, Received]
            .into_iter()
            .find_map(|means| phrases.first(means))
            .or_else(|| itself().filter(|_| label == Label::Hint)),
    };
    if let Some(words) = alone {
        return Some(format!("its text says: {words}"));
    }
    if matches!(label, Label::Hint | Label::Machine) || tells(&text) {
        return None;
    }
    let is_answer = || {
        let of_itself = [Away, Challenge, Received, Thanks]
            .into_iter()
            .filter(|means| matches!(means, Away | Challenge) || !phrases.says_i)
            .find_map(|means| phrases.first(means));
        if let (Some(what), Some(how)) = (of_itself, itself()) {
            return Some((what, how));
        }
        // A person says so above an answer, but not who helps meanwhile, and nothing else. Of somebody else people say it, too.
        both(Away, Meanwhile)
            .filter(|_| phrases.is_short() && phrases.says_i && says_little_else(&mail.text))
    };
    if let Some((what, how)) = is_answer() {
        return Some(format!("its text says: {what}, {how}"));
    }
    (phrases.count(Challenge) > 1 && (text.contains("http") || text.contains('@')))
        .then(|| phrases.first(Challenge))
        .flatten()
        .map(|words| format!("its text says: {words}"))
}

/// Whether it gives the mail a number.
fn names_ticket(text: &str) -> bool {
    static NUMBERS: &[&str] = &[
        "ticketnummer",
        "ticket-nummer",
        "vorgangsnummer",
        "aktenzeichen",
        "ticket number",
        "ticket id",
        "request number",
        "case number",
        "case id",
        "reference number",
        "numéro de ticket",
        "número de ticket",
    ];
    NUMBERS.iter().any(|words| text.contains(words))
}

/// Whether its text bears out what its subject says, and nobody tells of somebody else's.
pub(super) fn says_so(mail: &Mail) -> bool {
    opening(&mail.text).is_some_and(|text| {
        let phrases = Phrases::of(&text);
        let says = |means| phrases.first(means).is_some();
        !tells(&text)
            && !text.contains('?')
            && [Away, Received, Challenge, Itself].into_iter().any(says)
    })
}

/// Whether somebody tells of such a mail, or asks for one.
fn tells(text: &str) -> bool {
    static SET: LazyLock<Option<RegexSet>> = LazyLock::new(|| {
        RegexSet::new(TELLS.iter().map(|words| {
            match words.is_ascii() || words.chars().any(char::is_lowercase) {
                true => format!(r"\b{}\b", regex::escape(words)),
                false => regex::escape(words),
            }
        }))
        .ok()
    });
    SET.as_ref().is_some_and(|set| set.is_match(text))
}

/// How people begin a letter; the rest of the line is a name.
static GREETINGS: &[&str] = &[
    "hello",
    "hi",
    "dear",
    "good",
    "thank",
    "guten",
    "hallo",
    "sehr",
    "liebe",
    "lieber",
    "moin",
    "vielen",
    "danke",
    "bonjour",
    "madame",
    "cher",
    "merci",
    "hola",
    "buenos",
    "buenas",
    "estimad",
    "gracias",
    "olá",
    "bom",
    "boa",
    "car",
    "obrigad",
    "ciao",
    "buongiorno",
    "gentile",
    "grazie",
    "beste",
    "geachte",
    "goede",
    "hej",
    "hei",
    "god",
    "kære",
    "dzień",
    "szanown",
    "dobrý",
    "vážen",
    "tisztelt",
    "bună",
    "stimat",
    "merhaba",
    "sayın",
    "здравствуйте",
    "добрый",
    "уважаем",
    "добрий",
    "шановн",
    "αγαπητ",
    "γεια",
    "καλη",
];

/// Whether each sentence is of the kind that away notes are made of, but for greeting, closing and name, and none goes on
/// about the matter.
fn says_little_else(text: &str) -> bool {
    const GREETING_WORDS: usize = 8;
    const CLOSING_WORDS: usize = 5;
    static RETURNS: &[&str] = &[
        "return",
        "back on",
        "back in",
        "wieder erreichbar",
        "wieder da",
        "wieder für sie",
        "zurück",
        "ab dem",
        "bis zum",
        "until",
    ];
    static GOES_ON: &[&str] = &[
        "sie mich",
        "du mich",
        "bei mir",
        "call me",
        "reach me",
        "contact me",
        "write to me",
        ", aber",
        ", but",
        ", dann ",
        ", then ",
        ", so ",
        " antrag",
        " konto",
        " account",
        " application",
        " yes ",
        " yes,",
        " yes.",
        " ja ",
        " ja,",
        " ja.",
    ];
    // Behind what such a note says come a closing and a name, and nothing after them.
    let (mut said, mut closing) = (false, false);
    for sentence in sentences(text) {
        let sentence = sentence.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let padded = format!(" {sentence} ");
        if GOES_ON.iter().any(|words| padded.contains(words)) {
            return false;
        }
        let phrases = Phrases::of(&padded);
        let is_usual =
            !phrases.found.is_empty() || RETURNS.iter().any(|words| padded.contains(words));
        let words = sentence.split_whitespace().count();
        let greets = !said
            && words <= GREETING_WORDS
            && GREETINGS.iter().any(|start| sentence.starts_with(start));
        said |= [Away, Meanwhile].into_iter().any(|means| phrases.first(means).is_some());
        if words == 0 || greets || (is_usual && !closing) {
            continue;
        }
        if !said || words > CLOSING_WORDS {
            return false;
        }
        closing = true;
    }
    true
}

/// Sentences and paragraphs. A dot within an address or behind a number ends none.
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split("\n\n").flat_map(|paragraph| {
        let mut rest = paragraph;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let (sentence, below) =
                rest.split_at_checked(end_of_sentence(rest)).unwrap_or((rest, ""));
            rest = below;
            Some(sentence)
        })
    })
}

/// The octet behind the first sentence.
fn end_of_sentence(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    let mut before = ' ';
    while let Some((at, c)) = chars.next() {
        let ends_word = chars.peek().is_none_or(|(_, next)| next.is_whitespace());
        let is_end = match c {
            '.' => ends_word && !before.is_ascii_digit(),
            '!' | '?' | ':' => ends_word,
            '。' | '！' | '：' | '？' => true,
            _ => false,
        };
        if is_end {
            return at + c.len_utf8();
        }
        before = c;
    }
    text.len()
}

/// Receipts that are no report (RFC 8098): older Outlooks and gateways write them in words.
pub(super) fn receipt(mail: &Mail) -> Option<String> {
    const LONGEST: usize = 400;
    let subject = mail.subject.trim().to_lowercase();
    RECEIPT_SUBJECTS.iter().find(|start| subject.starts_with(**start))?;
    let opening = opening(&mail.text)
        .filter(|text| is_only_a_note(&mail.text) && text.chars().count() <= LONGEST)?;
    YOUR_MESSAGE.iter().find(|words| opening.starts_with(**words))?;
    let words = RECEIPT_WORDS.iter().find(|words| opening.contains(**words))?;
    Some(format!("Subject: {}, and its text says: {words}", shortened(&mail.subject, 80)))
}

/// "I", in the languages that say it.
static I: &[&str] = &[
    "ich",
    "i",
    "je",
    "j",
    "yo",
    "eu",
    "io",
    "ik",
    "jeg",
    "jag",
    "minä",
    "я",
    "εγώ",
    "suis",
    "estoy",
    "estaré",
    "estou",
    "estarei",
    "sono",
    "sarò",
    "olen",
    "jestem",
    "będę",
    "jsem",
    "nejsem",
    "budu",
    "som",
    "vagyok",
    "leszek",
    "sunt",
    "izindeyim",
    "dışındayım",
    "olacağım",
    "είμαι",
    "буду",
    "нахожусь",
];

/// The phrases of a text by their tables.
struct Phrases {
    found: Vec<(Means, &'static str)>,
    length: usize,
    /// Whether its writer speaks of themselves: an away note does, an acknowledgement never.
    says_i: bool,
}

impl Phrases {
    fn of(text: &str) -> Self {
        static SET: LazyLock<Option<RegexSet>> =
            LazyLock::new(|| RegexSet::new(flat().map(|(_, words)| regex::escape(words))).ok());
        let matches = SET.as_ref().map(|set| set.matches(text));
        let found = flat()
            .enumerate()
            .filter(|(number, _)| matches.as_ref().is_some_and(|matches| matches.matched(*number)));
        let says_i = text.split(|c: char| !c.is_alphanumeric()).any(|word| I.contains(&word));
        let found = found.map(|(_, phrase)| phrase).collect();
        Self { found, length: text.chars().count(), says_i }
    }

    fn first(&self, means: Means) -> Option<&'static str> {
        self.found.iter().find(|(known, _)| *known == means).map(|(_, words)| *words)
    }

    /// Where what is automatic is the mail itself: the words begin a sentence, or it says so.
    fn automatic_itself(&self, text: &str) -> Option<&'static str> {
        let all = self.found.iter().filter(|(known, _)| *known == Automatic);
        all.map(|(_, words)| *words).find(|words| {
            text.split(['.', '!', '?', ':', '。', '！', '：'])
                .filter(|sentence| sentence.contains(words))
                .any(|sentence| {
                    let sentence = sentence.trim_start_matches(|c: char| !c.is_alphanumeric());
                    sentence.starts_with(words)
                        || ITSELF.iter().any(|words| sentence.contains(words))
                })
        })
    }

    fn count(&self, means: Means) -> usize {
        self.found.iter().filter(|(known, _)| *known == means).count()
    }

    fn is_short(&self) -> bool {
        self.length < 1_000
    }
}

fn flat() -> impl Iterator<Item = (Means, &'static str)> {
    PHRASES.iter().flat_map(|(means, phrases)| phrases.iter().map(|words| (*means, *words)))
}

/// The beginning, in lower case, white space as single blanks; none of a long mail.
fn opening(text: &str) -> Option<String> {
    const MOST_CHARACTERS: usize = 1_500;
    // A signature says the same under everything.
    let text = text.split_once("\n-- \n").map_or(text, |(above, _)| above);
    let text = shortened(text.trim_start(), MOST_CHARACTERS);
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    (!folded.is_empty()).then_some(folded)
}

/// Whether it is a note and nothing else: short, without anything quoted, forwarded, commanded or asked.
fn is_only_a_note(text: &str) -> bool {
    static INTRODUCTIONS: &[&str] =
        &["from:", "von:", "de:", "da:", "van:", "от:", "-----", "_____"];
    text.len() <= LONGEST_NOTE
        && !text.lines().any(|line| {
            let line = line.trim_start();
            let start = shortened(line, 8).to_lowercase();
            line.starts_with(['>', '|'])
                || is_command(line)
                || line.trim_end().ends_with('?')
                || INTRODUCTIONS.iter().any(|words| start.starts_with(words))
        })
        && !text.split_whitespace().any(is_command)
}

/// `#lock`, and not `#4711`.
fn is_command(text: &str) -> bool {
    let name = text.strip_prefix(['#', '＃']);
    name.is_some_and(|name| name.starts_with(|c: char| c.is_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(subject: &str, text: &str) -> Mail {
        Mail { subject: subject.to_owned(), text: text.to_owned(), ..Mail::default() }
    }

    #[test]
    fn an_answer_that_says_it_is_automatic_is_one() {
        for text in [
            "Guten Tag,\n\nich bin bis 3. Mai nicht im Büro. Ihre E-Mail wird nicht weitergeleitet.\n",
            "Vielen Dank für Ihre Nachricht.\nIch bin bis Montag im Urlaub.\nIn dringenden Fällen hilft al@example.org.\n",
            "Thank you for your email. I am out of the office until 3 May. For urgent matters please contact Max.\n",
            "This is an automated response. We have received your request; its ticket number is 17.\n",
            "Bonjour, je suis absent jusqu'au 3 mai. Ceci est une réponse automatique.",
            "Respuesta automática: estoy de vacaciones hasta el lunes.",
            "Sono in ferie fino a lunedì. Questo è un messaggio automatico.",
            "Estou de férias até segunda. Esta é uma resposta automática.",
            "Ik ben niet op kantoor. Dit bericht is automatisch gegenereerd.",
            "Jeg er på ferie til mandag. Dette er et automatisk svar.",
            "Jag har semester. Detta är ett automatiskt svar.",
            "Olen lomalla. Tämä on automaattinen vastaus.",
            "Jestem na urlopie. To jest automatyczna odpowiedź.",
            "Jsem na dovolené. Toto je automatická odpověď.",
            "Szabadságon vagyok. Ez egy automatikus válasz.",
            "Sunt în concediu. Acesta este un răspuns automat.",
            "Ofis dışındayım. Bu bir otomatik yanıttır.",
            "Я в отпуске. Это автоматический ответ.",
            "Я у відпустці. Це автоматична відповідь.",
            "Είμαι εκτός γραφείου. Αυτή είναι μια αυτόματη απάντηση.",
            "このメールは自動返信です。ただいま休暇中です。",
            "自动回复：我正在休假。",
            "자동 응답: 현재 휴가 중입니다.",
            "Frau Meier ist nicht mehr bei uns. Dies ist eine automatische Antwort.",
            "Vielen Dank für Ihre Nachricht. Dies ist eine automatisch generierte Antwort. Ihre Vorgangsnummer: #4711",
            "Your message is being held until you reply.\nVerify that you are a human first: https://example.com/v",
        ] {
            assert!(automatic_answer(&mail("Antw", text), Label::No).is_some(), "{text}");
        }
    }

    #[test]
    fn a_person_who_is_away_stays_a_person() {
        for text in [
            "I am out of office until Monday, but #confirm it\n",
            "Vielen Dank für Ihre Nachricht. Ich bin im Urlaub, aber ja, das ist mein Antrag.\n",
            "Ich bin bis Montag nicht im Büro. Geht es auch später?\n",
            "Thank you for your email. I am on vacation. Upon my return I'll call. Is that soon enough?\n",
            "I got this automatic reply when I was on vacation:\n> I am away\nWhat is it?",
            "We have received your letter and the ticket number 17 is fine.\n",
            "This is an automatic door of the house.\n",
            "Der Server ist seit heute früh nicht erreichbar. Meine Mails werden nicht weitergeleitet.\n",
            "All I got was an automatic reply with a ticket number. Please tell me when my account will be ready.\n",
            "Ich habe nur eine automatische Antwort mit der Ticketnummer 4711 bekommen und seitdem nichts mehr.\n",
            "Vielen Dank für Ihre Nachricht. Frau Meier ist im Urlaub, wenden Sie sich bitte an antrag@example.org.\n",
            "Ich habe gelesen, wir haben Ihre Nachricht erhalten, dass das Konto automatisch erstellt wird.\n",
            "Thank you for your message. Yes, that was me. I am on vacation this week; when I return I will send you the form.\n",
            "Von: Jo\nIch bin im Urlaub. Dies ist eine automatische Antwort.\n",
            "Guten Tag,\n\nich habe eine automatisch generierte Mail bekommen, dass mein Konto abläuft. Ich bin aber in Elternzeit.\n",
            "I am on vacation. Please set up an automatic reply for my address.\n",
            "We have received your automatically generated reminder. Please keep the account.\n",
            "Vielen Dank für Ihre Nachricht. Ich bin im Urlaub. In dringenden Fällen erreichen Sie mich unter 0170. Den Antrag habe ich unterschrieben.\n",
            "Thank you for your message. I am out of the office today, but Tuesday at ten works for me. If it is urgent, please call.\n",
            "Der Zähler steht bei 4.\n-- \nIch bin im Urlaub. Dies ist eine automatische Antwort.\n",
            "",
        ] {
            assert_eq!(automatic_answer(&mail("Re: x", text), Label::No), None, "{text}");
        }
        let long = format!("{}I am on vacation. Automatic reply.", "Dear all. ".repeat(300));
        assert_eq!(automatic_answer(&mail("x", &long), Label::No), None);
    }

    #[test]
    fn of_a_machine_one_phrase_is_enough() {
        let away = "I will not be reading my mail for a while.\n";
        assert!(automatic_answer(&mail("away", away), Label::Machine).is_some());
        assert_eq!(automatic_answer(&mail("away", away), Label::No), None);
        assert!(automatic_answer(&mail("away", away), Label::Hint).is_some());
        let doubtful = format!("{away}But #confirm it.\n");
        assert_eq!(automatic_answer(&mail("away", &doubtful), Label::Hint), None);
        assert_eq!(automatic_answer(&mail("disk", "The disk is full.\n"), Label::Machine), None);
    }

    #[test]
    fn a_receipt_in_words_says_so_twice() {
        for (subject, text, is_one) in [
            ("Gelesen: Antrag", "Ihre Nachricht wurde gelesen am 3. Mai.\n", true),
            ("Read: Application", "Your message\n  To: Jo\nwas read on 3 May 2026.\n", true),
            ("Not read: x", "Your message was deleted without being read on Monday.\n", true),
            ("Gelesen: Antrag", "Ja, das bin ich.\n", false),
            (
                "Read: urgent",
                "It has been read on the board's meeting on 3 May 2026. Please create the account.\n",
                false,
            ),
            ("Return receipt does not work", "My message has been read but I got none.\n", false),
            ("Re: Gelesen", "Ihre Nachricht wurde gelesen.\n", false),
            ("Read: x", "> was read on\nYes, #confirm\n", false),
        ] {
            assert_eq!(receipt(&mail(subject, text)).is_some(), is_one, "{subject}");
        }
    }

    #[test]
    fn the_phrases_of_the_tables_are_in_lower_case() {
        let all = flat().map(|(_, words)| words);
        for words in all.chain(RECEIPT_SUBJECTS.iter().chain(RECEIPT_WORDS).copied()) {
            assert_eq!(words.to_lowercase(), words);
        }
    }
}
