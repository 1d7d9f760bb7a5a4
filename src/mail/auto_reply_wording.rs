//! Automatic answers in words: what away notes, ticket systems and challenges write that have no header for it.
//!
//! To teach a new one, add a phrase to its table, in lower case. One phrase never decides: people are on holiday, too,
//! and say so above their answer. To call a person's mail automatic is the worse error.

use std::sync::LazyLock;

use regex::RegexSet;

use super::Mail;
use super::one_line::shortened;

/// What of an automatic answer a phrase is. The texts of the tables are searched all at once.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Means {
    /// The writer is not there.
    Away,
    /// It says itself that nobody typed it.
    Automatic,
    /// The usual opening.
    Thanks,
    /// Who helps meanwhile, or when the mail will be read.
    Meanwhile,
    /// A ticket was made of the mail.
    Received,
    /// Somebody shall prove to be no machine before the mail is delivered.
    Challenge,
}
use Means::{Automatic, Away, Challenge, Meanwhile, Received, Thanks};

static PHRASES: &[(Means, &[&str])] = &[
    (
        Away,
        &[
            // German
            "nicht im büro",
            "nicht im buero",
            "nicht im haus",
            "außer haus",
            "ausser haus",
            "nicht am arbeitsplatz",
            "nicht an meinem arbeitsplatz",
            "im urlaub",
            "in urlaub",
            "bin abwesend",
            "derzeit abwesend",
            "in elternzeit",
            "bin nicht erreichbar",
            "ich nicht erreichbar",
            "habe urlaub",
            // English
            "out of the office",
            "out of office",
            "away from the office",
            "away from my desk",
            "on vacation",
            "on annual leave",
            "on parental leave",
            "on maternity leave",
            "on holiday",
            "not in the office",
            "away from my e-mail",
            "away from my email",
            "will not be reading my mail",
            // French, Spanish, Portuguese, Italian
            "absent du bureau",
            "absente du bureau",
            "suis absent",
            "actuellement absent",
            "en congé",
            "en vacances",
            "fuera de la oficina",
            "estoy de vacaciones",
            "ausente de la oficina",
            "fora do escritório",
            "ausente do escritório",
            "estou de férias",
            "fuori ufficio",
            "fuori sede",
            "sono in ferie",
            "sono assente",
            // Dutch, Danish, Swedish, Norwegian, Finnish
            "niet op kantoor",
            "niet aanwezig",
            "met vakantie",
            "op vakantie",
            "ikke på kontoret",
            "på ferie",
            "inte på kontoret",
            "på semester",
            "har semester",
            "poissa toimistolta",
            "lomalla",
            // Polish, Czech, Hungarian, Romanian, Turkish
            "poza biurem",
            "na urlopie",
            "jestem nieobecn",
            "mimo kancelář",
            "na dovolené",
            "nejsem v kanceláři",
            "nem vagyok az irodában",
            "szabadságon",
            "házon kívül",
            "nu sunt la birou",
            "în concediu",
            "ofis dışında",
            "izindeyim",
            "izinde olacağım",
            // Russian, Ukrainian, Greek
            "нет на рабочем месте",
            "нахожусь в отпуске",
            "в отпуске",
            "отсутствую",
            "у відпустці",
            "немає на робочому місці",
            "εκτός γραφείου",
            "σε άδεια",
            // Japanese, Chinese, Korean
            "不在にして",
            "休暇中",
            "休暇をいただ",
            "不在办公室",
            "不在辦公室",
            "休假",
            "부재중",
            "휴가 중",
            "휴가중",
        ],
    ),
    (
        Automatic,
        &[
            "automatisch generiert",
            "automatisch erstellt",
            "automatisch erzeugt",
            "automatische antwort",
            "automatische eingangsbestätigung",
            "automatisch versendet",
            "nicht weitergeleitet",
            "this is an auto",
            "this message is an auto",
            "automatic reply",
            "automated reply",
            "automated response",
            "automatic response",
            "automatically generated",
            "auto-generated",
            "auto-reply",
            "autoreply",
            "réponse automatique",
            "message automatique",
            "généré automatiquement",
            "respuesta automática",
            "mensaje automático",
            "generado automáticamente",
            "resposta automática",
            "mensagem automática",
            "gerada automaticamente",
            "risposta automatica",
            "messaggio automatico",
            "generato automaticamente",
            "automatisch gegenereerd",
            "automatisch antwoord",
            "automatisk svar",
            "automatisk genereret",
            "automatiskt svar",
            "automatiskt genererat",
            "automaattinen vastaus",
            "automaattinen viesti",
            "odpowiedź automatyczna",
            "automatyczna odpowiedź",
            "wygenerowana automatycznie",
            "automatická odpověď",
            "automaticky generovan",
            "automatikus válasz",
            "automatikus üzenet",
            "răspuns automat",
            "mesaj automat",
            "otomatik yanıt",
            "otomatik cevap",
            "otomatik olarak",
            "автоматический ответ",
            "автоматическое сообщение",
            "автоматично створен",
            "автоматична відповідь",
            "αυτόματη απάντηση",
            "αυτόματο μήνυμα",
            "自動返信",
            "自動応答",
            "自動送信",
            "自动回复",
            "自动答复",
            "自動回覆",
            "자동 응답",
            "자동응답",
            "자동 회신",
        ],
    ),
    (
        Thanks,
        &[
            "dank für ihre nachricht",
            "dank für ihre mail",
            "dank für ihre e-mail",
            "dank für deine nachricht",
            "dank für deine mail",
            "dank für deine e-mail",
            "thank you for your e-mail",
            "thank you for your email",
            "thank you for your mail",
            "thank you for your message",
            "thanks for your email",
            "thanks for your e-mail",
            "thanks for your message",
            "merci pour votre message",
            "merci pour votre mail",
            "merci de votre message",
            "gracias por su mensaje",
            "gracias por su correo",
            "gracias por tu mensaje",
            "gracias por tu correo",
            "obrigado pela sua mensagem",
            "obrigada pela sua mensagem",
            "grazie per il tuo messaggio",
            "grazie per il suo messaggio",
            "grazie per la sua e-mail",
            "grazie per la tua e-mail",
            "bedankt voor uw bericht",
            "bedankt voor uw e-mail",
            "bedankt voor je bericht",
            "bedankt voor je e-mail",
            "tak for din mail",
            "tak for din besked",
            "tack för ditt mail",
            "tack för ditt meddelande",
            "takk for din e-post",
            "kiitos viestistäsi",
            "dziękuję za wiadomość",
            "děkuji za vaši zprávu",
            "děkuji za váš e-mail",
            "köszönöm levelét",
            "mulțumesc pentru mesaj",
            "mesajınız için teşekkür",
            "спасибо за ваше письмо",
            "спасибо за ваше сообщение",
            "дякую за ваш лист",
            "ευχαριστώ για το μήνυμ",
        ],
    ),
    (
        Meanwhile,
        &[
            "meine vertretung",
            "nachricht wird nicht gelesen",
            "wieder im büro",
            "in dringenden fällen",
            "in dringenden angelegenheiten",
            "in eiligen fällen",
            "wenden sie sich bitte an",
            "wenden sie sich in",
            "wenden sie sich an",
            "wende dich bitte an",
            "no access to e-mail",
            "no access to email",
            "limited access to e",
            "for urgent matters",
            "for urgent issues",
            "if your request is urgent",
            "if it is urgent",
            "in urgent cases",
            "if this is urgent",
            "as soon as i return",
            "in my absence",
            "during my absence",
            "in meiner abwesenheit",
            "während meiner abwesenheit",
            "en cas d'urgence",
            "en cas d’urgence",
            "à mon retour",
            "en mon absence",
            "en caso de urgencia",
            "a mi regreso",
            "durante mi ausencia",
            "em caso de urgência",
            "in caso di urgenza",
            "per urgenze",
            "al mio rientro",
            "bij dringende",
            "voor dringende",
            "na mijn terugkeer",
            "i hastetilfælde",
            "ved akut",
            "vid brådskande",
            "ved hastesaker",
            "kiireellisissä",
            "w pilnych sprawach",
            "w sprawach pilnych",
            "v naléhavých",
            "sürgős esetben",
            "în cazuri urgente",
            "acil durumlarda",
            "по срочным вопросам",
            "в срочных случаях",
            "у термінових",
            "σε επείγουσες",
        ],
    ),
    (
        Received,
        &[
            "is being reviewed by our",
            "ihre anfrage ist bei uns eingegangen",
            "ihre anfrage erhalten",
            "ihre nachricht ist bei uns eingegangen",
            "ihre e-mail ist bei uns eingegangen",
            "ihre nachricht erhalten",
            "ihre e-mail erhalten",
            "ticket has been created",
            "ticket has been opened",
            "ticket was created",
            "request has been received",
            "received your request",
            "received your message",
            "received your email",
            "received your e-mail",
            "has been assigned an id",
            "we have received your",
            "bien reçu votre",
            "votre demande a bien été",
            "hemos recibido su",
            "su solicitud ha sido recibida",
            "recebemos a sua",
            "abbiamo ricevuto la",
            "la sua richiesta è stata ricevuta",
            "wij hebben uw bericht",
            "uw aanvraag is ontvangen",
            "vi har modtaget din",
            "vi har mottagit ditt",
            "vi har tagit emot ditt",
            "vi har mottatt din",
            "olemme vastaanottaneet",
            "otrzymaliśmy twoje",
            "otrzymaliśmy państwa",
            "přijali jsme váš",
            "megkaptuk",
            "am primit solicitarea",
            "talebiniz alınmıştır",
            "ваша заявка принята",
            "ваше обращение",
            "お問い合わせを受け付け",
            "お問い合わせいただき",
            "我们已收到",
            "문의가 접수",
        ],
    ),
    (
        Challenge,
        &[
            "complete the verification process",
            "protecting myself from receiving junk",
            "click the link below to deliver your message",
            "to release your message",
            "confirm that you sent",
            "verify that you are a real person",
            "verify that you are a human",
            "to be added to my list of approved senders",
            "is protected by spamarrest",
            "is protected by spam arrest",
            "tagged message delivery agent",
            "your message is being held until",
            "message is being held because the address",
            "complete the verification below",
            "uses boxbe to",
            "reply to this message to confirm that you",
            "antworten sie auf diese e-mail, damit ihre nachricht zugestellt",
            "damit ihre nachricht zugestellt wird, bestätigen sie",
        ],
    ),
];

/// Lines that a receipt in words begins with; the subject says it, too.
static RECEIPT_SUBJECTS: &[&str] = &[
    "read:",
    "gelesen:",
    "not read:",
    "ungelesen gelöscht:",
    "nicht gelesen:",
    "read receipt",
    "return receipt",
    "lesebestätigung",
    "empfangsbestätigung (angezeigt)",
    "lu:",
    "lu :",
    "leído:",
    "lida:",
    "letto:",
    "gelezen:",
    "læst:",
    "läst:",
    "lest:",
    "luettu:",
    "przeczytano:",
    "přečteno:",
    "прочитано:",
    "开封通知:",
];
static RECEIPT_WORDS: &[&str] = &[
    "wurde am",
    "was read on",
    "was deleted without being read",
    "has been displayed on the recipient",
    "message has been read",
    "wurde gelesen",
    "ungelesen gelöscht",
    "wurde angezeigt",
    "a été lu",
    "se leyó",
    "ha sido leído",
    "foi lida",
    "è stato letto",
    "is gelezen",
    "blev læst",
    "lästes",
    "ble lest",
    "luettiin",
    "przeczytano",
    "byla přečtena",
    "было прочитано",
    "прочитано",
];

/// Longer ones are somebody's letter.
const LONGEST_NOTE: usize = 2_500;

/// What the headers say about the writer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    No,
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
    let phrases = Phrases::of(&opening(&mail.text)?);
    if label != Label::No {
        // A machine that says of its mail no more than that reports something.
        let hinted = Some(Automatic).filter(|_| label == Label::Hint);
        let meanings = [Away, Challenge, Received].into_iter().chain(hinted);
        let words = meanings.into_iter().find_map(|means| phrases.first(means))?;
        return Some(format!("its text says: {words}"));
    }
    let both = |one: Means, other: Means| Some((phrases.first(one)?, phrases.first(other)?));
    if let Some((what, how)) = both(Away, Automatic)
        .or_else(|| both(Received, Automatic).filter(|_| !phrases.says_i))
        .or_else(|| {
            // A person says both above an answer, but not who helps meanwhile. Of somebody else people say it, too.
            both(Away, Thanks)
                .and_then(|_| both(Away, Meanwhile))
                .filter(|_| phrases.is_short() && phrases.says_i)
        })
    {
        return Some(format!("its text says: {what}, {how}"));
    }
    (phrases.count(Challenge) > 1)
        .then(|| phrases.first(Challenge))
        .flatten()
        .map(|words| format!("its text says: {words}"))
}

/// Receipts that are no report (RFC 8098): older Outlooks and gateways write them in words.
pub(super) fn receipt(mail: &Mail) -> Option<String> {
    let subject = mail.subject.trim().to_lowercase();
    RECEIPT_SUBJECTS.iter().find(|start| subject.starts_with(**start))?;
    let opening = opening(&mail.text).filter(|_| is_only_a_note(&mail.text))?;
    let words = RECEIPT_WORDS.iter().find(|words| opening.contains(**words))?;
    Some(format!("Subject: {}, and its text says: {words}", shortened(&mail.subject, 80)))
}

/// "I", in the languages that say it.
static I: &[&str] =
    &["ich", "i", "je", "j", "yo", "eu", "io", "ik", "jeg", "jag", "minä", "я", "εγώ"];

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
            line.starts_with(['>', '#', '|', '＃'])
                || line.trim_end().ends_with('?')
                || INTRODUCTIONS.iter().any(|words| start.starts_with(words))
        })
        && !text.contains(" #")
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
            "Your message is being held until you reply.\nVerify that you are a human first.",
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
