//! Enhanced status codes (RFC 3463), what old SMTP texts mean in them, and what a failure means for an address.

use std::fmt;
use std::sync::LazyLock;

use regex::{Regex, RegexSet};

/// `class.subject.detail`, like 5.1.1. The class is 2, 4 or 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Status {
    pub class: u8,
    pub subject: u16,
    pub detail: u16,
}

/// What a failure says about the address. Only the first one brands it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BounceKind {
    /// Nobody is there: the address or its domain does not exist.
    NoSuchAddress,
    /// Somebody is there and did not want this mail: policy, spam, size.
    Refused,
    /// The mailbox is full.
    Full,
    /// Not yet delivered; the server keeps trying.
    Delayed,
    Other,
}

impl Status {
    #[must_use]
    pub const fn new(class: u8, subject: u16, detail: u16) -> Self {
        Self { class, subject, detail }
    }

    /// The first enhanced status code in a text. Parts of IP addresses and version numbers are none.
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        static CODE: LazyLock<Option<Regex>> = LazyLock::new(|| {
            Regex::new(r"(?:^|[^\w.])([245])\.([0-7])\.(\d{1,3})(?:[^\w.]|\.?$|\.\s)").ok()
        });
        let found = CODE.as_ref()?.captures(text)?;
        let part = |number: usize| found.get(number)?.as_str().parse::<u16>().ok();
        Some(Self { class: u8::try_from(part(1)?).ok()?, subject: part(2)?, detail: part(3)? })
    }

    /// The code of a server's answer: its enhanced code if that says anything, else what its words mean, else its
    /// three-digit code.
    #[must_use]
    pub fn of_answer(text: &str) -> Option<Self> {
        let enhanced = Self::find_failure(text).or_else(|| Self::find(text));
        if let Some(code) = enhanced.filter(|code| !code.is_vague()) {
            return Some(code);
        }
        let text = text.to_lowercase();
        let class = enhanced.map(|code| code.class).or_else(|| reply_class(&text));
        let worded =
            first_wording(&text).filter(|(words, _)| enhanced.is_none() || !MERE.contains(words));
        let worded = worded.map(|(_, code)| Self { class: class.unwrap_or(code.class), ..code });
        worded.or(enhanced).or(class.map(|class| Self::new(class, 0, 0)))
    }

    /// The first code of a failure: a transcript names what went well before it.
    fn find_failure(text: &str) -> Option<Self> {
        const MOST_CODES: usize = 20;
        let mut rest = text;
        for _ in 0..MOST_CODES {
            let code = Self::find(rest)?;
            if code.class != 2 {
                return Some(code);
            }
            let (_, after) = rest.split_once(&code.to_string())?;
            rest = after;
        }
        None
    }

    /// `5.0.0`: a failure, and nothing else is known.
    #[must_use]
    pub fn is_vague(self) -> bool {
        self.subject == 0 && self.detail == 0
    }

    /// What a server's answer says in words, whatever code it gives.
    #[must_use]
    pub fn of_words(answer: &str) -> Option<Self> {
        first_wording(&answer.to_lowercase()).map(|(_, code)| code)
    }

    /// Whether it is an answer for good: its enhanced code, else its reply code (RFC 5321 section 4.2.1).
    #[must_use]
    pub fn is_final_answer(answer: &str) -> bool {
        let class = Self::find_failure(answer).map(|code| code.class);
        class.or_else(|| reply_class(answer)) == Some(5)
    }

    /// What it says about the address.
    #[must_use]
    pub fn kind(self) -> BounceKind {
        match (self.class, self.subject, self.detail) {
            (_, 2, 2) => BounceKind::Full,
            (4, ..) => BounceKind::Delayed,
            // The sender's address, not the recipient's; a relay that cannot; a daily limit (Exchange Online).
            (5, 1, 7..=9 | 90) => BounceKind::Refused,
            // 5.4.310 is what Exchange Online says of a domain that does not exist.
            (5, 1, _) | (5, 4, 4 | 310) => BounceKind::NoSuchAddress,
            (5, 7, _) | (5, 2, 3) | (5, 3, 4) => BounceKind::Refused,
            _ => BounceKind::Other,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// What servers without enhanced codes say (or such with 5.0.0), in lower case, and the code that says the same; the
/// first match wins, so a particular one stands before a general one. The class is that of the answer, if it has one.
static WORDINGS: &[(&str, Status)] = &[
    // Refused for what it is or whence it comes, though many of these name the user, too.
    ("spam", Status::new(5, 7, 1)),
    ("blacklist", Status::new(5, 7, 1)),
    ("blocklist", Status::new(5, 7, 1)),
    ("block list", Status::new(5, 7, 1)),
    ("dmarc", Status::new(5, 7, 26)),
    ("relay access denied", Status::new(5, 7, 1)),
    ("relaying denied", Status::new(5, 7, 1)),
    ("unable to relay", Status::new(5, 7, 1)),
    ("recipient address rejected: access denied", Status::new(5, 1, 1)),
    ("access denied", Status::new(5, 7, 1)),
    ("not authorized", Status::new(5, 7, 1)),
    ("policy", Status::new(5, 7, 1)),
    ("virus", Status::new(5, 7, 1)),
    ("sender address", Status::new(5, 1, 8)),
    ("sender domain", Status::new(5, 1, 8)),
    ("sender verify", Status::new(5, 1, 8)),
    ("sender rejected", Status::new(5, 7, 1)),
    ("invalid sender", Status::new(5, 1, 8)),
    ("envelope sender", Status::new(5, 1, 8)),
    ("sender verification", Status::new(5, 1, 8)),
    ("return-path", Status::new(5, 1, 8)),
    ("return path", Status::new(5, 1, 8)),
    ("header from", Status::new(5, 7, 1)),
    ("from: address", Status::new(5, 7, 1)),
    ("dkim", Status::new(5, 7, 1)),
    ("content restriction", Status::new(5, 7, 1)),
    ("unsolicited", Status::new(5, 7, 1)),
    ("attachment", Status::new(5, 7, 1)),
    ("unknown users", Status::new(5, 7, 1)),
    ("link to a", Status::new(5, 7, 1)),
    // About the server that sends, not about who is written to.
    ("helo", Status::new(5, 7, 1)),
    ("ptr record", Status::new(5, 7, 1)),
    ("reverse dns", Status::new(5, 7, 1)),
    ("reverse lookup", Status::new(5, 7, 1)),
    ("no ptr", Status::new(5, 7, 1)),
    ("rdns", Status::new(5, 7, 1)),
    ("client host", Status::new(5, 7, 1)),
    ("from domain", Status::new(5, 1, 8)),
    // Full.
    ("over quota", Status::new(5, 2, 2)),
    ("overquota", Status::new(5, 2, 2)),
    ("quota exceeded", Status::new(5, 2, 2)),
    ("exceeded storage", Status::new(5, 2, 2)),
    ("exceeds storage", Status::new(5, 2, 2)),
    ("mailbox full", Status::new(5, 2, 2)),
    ("mailbox is full", Status::new(5, 2, 2)),
    ("mailfolder is full", Status::new(5, 2, 2)),
    ("mailbox exceeds", Status::new(5, 2, 2)),
    ("mailbox size limit", Status::new(5, 2, 2)),
    ("over its quota", Status::new(5, 2, 2)),
    ("exceed quota", Status::new(5, 2, 2)),
    ("is full", Status::new(5, 2, 2)),
    ("too many messages on", Status::new(5, 2, 2)),
    ("no free space", Status::new(5, 2, 2)),
    ("allowed storage", Status::new(5, 2, 2)),
    ("exceeded the local limit", Status::new(5, 2, 2)),
    ("storage allocation", Status::new(5, 2, 2)),
    ("insufficient storage", Status::new(5, 2, 2)),
    ("postfach ist voll", Status::new(5, 2, 2)),
    ("postfach voll", Status::new(5, 2, 2)),
    ("zuviele mails", Status::new(5, 2, 2)),
    ("zu viele mails", Status::new(5, 2, 2)),
    ("speicherlimit", Status::new(5, 2, 2)),
    ("überfüllt", Status::new(5, 2, 2)),
    ("ueberfuellt", Status::new(5, 2, 2)),
    ("inbox is full", Status::new(5, 2, 2)),
    ("inbox full", Status::new(5, 2, 2)),
    ("out of storage", Status::new(5, 2, 2)),
    ("quota violation", Status::new(5, 2, 2)),
    ("quota exceed", Status::new(5, 2, 2)),
    ("exceeds quota", Status::new(5, 2, 2)),
    ("exceeded quota", Status::new(5, 2, 2)),
    ("exceeded the quota", Status::new(5, 2, 2)),
    ("disk quota", Status::new(5, 2, 2)),
    ("speicherplatz", Status::new(5, 2, 2)),
    ("boîte aux lettres est pleine", Status::new(5, 2, 2)),
    ("boite pleine", Status::new(5, 2, 2)),
    ("est pleine", Status::new(5, 2, 2)),
    ("buzón lleno", Status::new(5, 2, 2)),
    ("buzón está lleno", Status::new(5, 2, 2)),
    ("casella piena", Status::new(5, 2, 2)),
    ("caixa de correio está cheia", Status::new(5, 2, 2)),
    ("メールボックスが一杯", Status::new(5, 2, 2)),
    ("message size exceeds", Status::new(5, 3, 4)),
    ("too big", Status::new(5, 2, 3)),
    ("too large", Status::new(5, 2, 3)),
    ("exceeds size limit", Status::new(5, 3, 4)),
    ("size limit", Status::new(5, 3, 4)),
    // Nobody there.
    ("not found, try again", Status::new(4, 4, 3)),
    ("mx records point to non-existent", Status::new(5, 1, 2)),
    ("unrouteable mail domain", Status::new(5, 1, 2)),
    ("no such domain", Status::new(5, 1, 2)),
    ("nxdomain", Status::new(5, 1, 2)),
    ("no smtp service", Status::new(5, 1, 2)),
    ("nullmx", Status::new(5, 1, 10)),
    ("null mx", Status::new(5, 1, 10)),
    ("does not accept mail (null", Status::new(5, 1, 10)),
    ("user unknown", Status::new(5, 1, 1)),
    ("unknown user", Status::new(5, 1, 1)),
    ("unknown recipient", Status::new(5, 1, 1)),
    ("recipient unknown", Status::new(5, 1, 1)),
    ("unknown address", Status::new(5, 1, 1)),
    ("unknown local", Status::new(5, 1, 1)),
    ("no such user", Status::new(5, 1, 1)),
    ("no such recipient", Status::new(5, 1, 1)),
    ("no such mailbox", Status::new(5, 1, 1)),
    ("no such address", Status::new(5, 1, 1)),
    ("no such person", Status::new(5, 1, 1)),
    ("no such account", Status::new(5, 1, 1)),
    ("no mailbox here", Status::new(5, 1, 1)),
    ("no mailbox by that name", Status::new(5, 1, 1)),
    ("user not found", Status::new(5, 1, 1)),
    ("recipient not found", Status::new(5, 1, 1)),
    ("mailbox not found", Status::new(5, 1, 1)),
    ("address not found", Status::new(5, 1, 1)),
    ("user doesn't have a", Status::new(5, 1, 1)),
    ("user does not exist", Status::new(5, 1, 1)),
    ("does not exist", Status::new(5, 1, 1)),
    ("doesn't exist", Status::new(5, 1, 1)),
    ("invalid recipient", Status::new(5, 1, 1)),
    ("invalid mailbox", Status::new(5, 1, 1)),
    ("invalid address", Status::new(5, 1, 1)),
    ("invalid user", Status::new(5, 1, 1)),
    ("unknown mailbox", Status::new(5, 1, 1)),
    ("unknown account", Status::new(5, 1, 1)),
    ("bad destination mailbox", Status::new(5, 1, 1)),
    ("address unknown", Status::new(5, 1, 1)),
    ("addressee unknown", Status::new(5, 1, 1)),
    ("mailbox unknown", Status::new(5, 1, 1)),
    ("no account by that name", Status::new(5, 1, 1)),
    ("no user here", Status::new(5, 1, 1)),
    ("couldn't be found", Status::new(5, 1, 1)),
    ("wasn't found at", Status::new(5, 1, 1)),
    ("adresse nicht gefunden", Status::new(5, 1, 1)),
    ("adresse wurde nicht gefunden", Status::new(5, 1, 1)),
    ("unbekannter benutzer", Status::new(5, 1, 1)),
    ("benutzer unbekannt", Status::new(5, 1, 1)),
    ("utilisateur inconnu", Status::new(5, 1, 1)),
    ("adresse introuvable", Status::new(5, 1, 1)),
    ("adresse inconnue", Status::new(5, 1, 1)),
    ("destinataire inconnu", Status::new(5, 1, 1)),
    ("n'existe pas", Status::new(5, 1, 1)),
    ("n’existe pas", Status::new(5, 1, 1)),
    ("usuario desconocido", Status::new(5, 1, 1)),
    ("dirección no encontrada", Status::new(5, 1, 1)),
    ("no existe", Status::new(5, 1, 1)),
    ("inexistente", Status::new(5, 1, 1)),
    ("usuário desconhecido", Status::new(5, 1, 1)),
    ("endereço não encontrado", Status::new(5, 1, 1)),
    ("utente sconosciuto", Status::new(5, 1, 1)),
    ("indirizzo non trovato", Status::new(5, 1, 1)),
    ("non esistente", Status::new(5, 1, 1)),
    ("non esiste", Status::new(5, 1, 1)),
    ("onbekende gebruiker", Status::new(5, 1, 1)),
    ("adres niet gevonden", Status::new(5, 1, 1)),
    ("nie znaleziono adresu", Status::new(5, 1, 1)),
    ("пользователь не найден", Status::new(5, 1, 1)),
    ("адрес не найден", Status::new(5, 1, 1)),
    ("не существует", Status::new(5, 1, 1)),
    ("不存在", Status::new(5, 1, 1)),
    ("存在しません", Status::new(5, 1, 1)),
    ("アドレス不明", Status::new(5, 1, 1)),
    ("找不到地址", Status::new(5, 1, 1)),
    ("not listed in", Status::new(5, 1, 1)),
    ("not a valid mailbox", Status::new(5, 1, 1)),
    ("not a known user", Status::new(5, 1, 1)),
    ("recipnotfound", Status::new(5, 1, 1)),
    ("user not known", Status::new(5, 1, 1)),
    ("user is unknown", Status::new(5, 1, 1)),
    ("recipient is not known", Status::new(5, 1, 1)),
    ("user is not known", Status::new(5, 1, 1)),
    ("is not known here", Status::new(5, 1, 1)),
    ("isn't known", Status::new(5, 1, 1)),
    ("not our customer", Status::new(5, 1, 1)),
    ("non-existent", Status::new(5, 1, 1)),
    ("nonexistent", Status::new(5, 1, 1)),
    ("not exist", Status::new(5, 1, 1)),
    ("no user by that name", Status::new(5, 1, 1)),
    ("unknown virtual", Status::new(5, 1, 1)),
    ("unknown email", Status::new(5, 1, 1)),
    ("unknown e-mail", Status::new(5, 1, 1)),
    ("invalid email address", Status::new(5, 1, 1)),
    ("unable to find recipient", Status::new(5, 1, 1)),
    ("recipient name is not recognized", Status::new(5, 1, 1)),
    ("account is unknown", Status::new(5, 1, 1)),
    ("illegal alias", Status::new(5, 1, 1)),
    ("recipient address rejected: undeliverable", Status::new(5, 1, 1)),
    ("unrouteable address", Status::new(5, 1, 2)),
    ("existiert nicht", Status::new(5, 1, 1)),
    ("empfänger unbekannt", Status::new(5, 1, 1)),
    ("empfaenger unbekannt", Status::new(5, 1, 1)),
    ("unbekannter empfaenger", Status::new(5, 1, 1)),
    ("kein benutzer", Status::new(5, 1, 1)),
    ("nicht im domino-verzeichnis", Status::new(5, 1, 1)),
    ("unbekannter empfänger", Status::new(5, 1, 1)),
    ("host unknown", Status::new(5, 1, 2)),
    ("domain not found", Status::new(5, 1, 2)),
    ("couldn't find any host", Status::new(5, 1, 2)),
    ("no mx", Status::new(5, 4, 4)),
    ("name service error", Status::new(5, 4, 4)),
    ("host not found", Status::new(5, 4, 4)),
    ("unable to route", Status::new(5, 4, 4)),
    // There, but closed.
    ("mailbox disabled", Status::new(5, 2, 1)),
    ("account disabled", Status::new(5, 2, 1)),
    ("mailbox unavailable", Status::new(5, 2, 0)),
    ("timed out", Status::new(4, 4, 1)),
    ("connection refused", Status::new(4, 4, 1)),
    ("disabled", Status::new(5, 2, 1)),
    ("account is inactive", Status::new(5, 2, 1)),
    ("inactive user", Status::new(5, 2, 1)),
    ("suspended", Status::new(5, 2, 1)),
    ("message expired", Status::new(4, 4, 7)),
    ("envelope expired", Status::new(4, 4, 7)),
    ("retry timeout exceeded", Status::new(4, 4, 7)),
    ("retry time not reached", Status::new(4, 4, 7)),
    ("could not be delivered for", Status::new(4, 4, 7)),
    ("too many hops", Status::new(5, 4, 6)),
    ("mail loop", Status::new(5, 4, 6)),
    ("loops back to myself", Status::new(5, 4, 6)),
    ("no route to host", Status::new(4, 4, 1)),
    ("not responding", Status::new(4, 4, 1)),
    ("rejected", Status::new(5, 7, 1)),
    ("in the queue too long", Status::new(4, 4, 7)),
];

/// These say least of all words; a vague code of the server itself says as much.
static MERE: &[&str] = &["rejected", "in the queue too long"];

/// The first row of the table whose words stand in a text, which is in lower case.
fn first_wording(text: &str) -> Option<(&'static str, Status)> {
    static SET: LazyLock<Option<RegexSet>> = LazyLock::new(|| {
        RegexSet::new(WORDINGS.iter().map(|(words, _)| regex::escape(words))).ok()
    });
    let row = SET.as_ref()?.matches(text).iter().next()?;
    WORDINGS.get(row).copied()
}

/// The class of an SMTP reply code (RFC 5321 section 4.2) in a text.
fn reply_class(text: &str) -> Option<u8> {
    static CODE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:^|[\s:(\[#<])([45])[0-5][0-9](?:[\s:)\]>#-]|$)").ok());
    CODE.as_ref()?.captures(text)?.get(1)?.as_str().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_found_in_a_text() {
        for (text, code) in [
            ("550 5.1.1 <jo@example.net>: Recipient address rejected", Some("5.1.1")),
            ("smtp; 452-4.2.2 The email account is over quota", Some("4.2.2")),
            ("(#5.7.1)", Some("5.7.1")),
            ("5.1.10", Some("5.1.10")),
            ("refused by 192.5.1.1 port 25", None),
            ("Exim 4.92.3", None),
            ("5.1", None),
        ] {
            assert_eq!(Status::find(text).map(|s| s.to_string()).as_deref(), code, "{text}");
        }
    }

    #[test]
    fn old_words_have_their_code() {
        for (text, code) in [
            ("550 user unknown", "5.1.1"),
            ("550 <mx.example.org>: Helo command rejected: Host not found", "5.7.1"),
            ("550 Your PTR record does not exist", "5.7.1"),
            ("550 reverse DNS lookup failed: name service error", "5.7.1"),
            ("550 MAIL FROM domain does not exist", "5.1.8"),
            ("450 User unknown in virtual mailbox table", "4.1.1"),
            ("554 5.0.0 No such user here", "5.1.1"),
            ("552 mailbox full", "5.2.2"),
            ("550 rejected as spam: user unknown", "5.7.1"),
            ("554 delivery error", "5.0.0"),
            ("451 try later", "4.0.0"),
            ("550 5.0.0 sorry, no such domain", "5.1.2"),
            ("450 Host not found, try again", "4.4.3"),
            ("550 Cuenta inexistente", "5.1.1"),
            ("550 we do not accept mail from unknown users", "5.7.1"),
            ("550 DKIM domain not found", "5.7.1"),
            ("550 invalid sender: no such user", "5.1.8"),
            ("552 Postfach ueberfuellt", "5.2.2"),
            ("552 mailbox size limit exceeded", "5.2.2"),
        ] {
            assert_eq!(
                Status::of_answer(text).map(|s| s.to_string()).as_deref(),
                Some(code),
                "{text}"
            );
        }
        assert_eq!(Status::of_answer("sorry"), None);
    }

    #[test]
    fn only_a_missing_address_brands() {
        use BounceKind::{Delayed, Full, NoSuchAddress, Other, Refused};
        for (code, kind) in [
            ("5.1.1", NoSuchAddress),
            ("5.1.2", NoSuchAddress),
            ("5.1.10", NoSuchAddress),
            ("5.4.4", NoSuchAddress),
            ("5.1.8", Refused),
            ("5.1.90", Refused),
            ("5.4.310", NoSuchAddress),
            ("5.7.1", Refused),
            ("5.7.26", Refused),
            ("5.2.3", Refused),
            ("5.3.4", Refused),
            ("5.2.2", Full),
            ("4.2.2", Full),
            ("4.1.1", Delayed),
            ("4.4.7", Delayed),
            ("5.2.1", Other),
            ("5.0.0", Other),
        ] {
            assert_eq!(Status::find(code).unwrap().kind(), kind, "{code}");
        }
    }
}
