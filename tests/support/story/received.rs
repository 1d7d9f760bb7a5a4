//! A mail as it lies in somebody's mailbox, and what a reader finds in it. Read by another parser than the daemon's own code.

use mail_parser::{HeaderValue, MessageParser, MimeHeaders};

/// A mail and the texts in it, decoded.
#[derive(Debug, Clone)]
pub struct Received {
    pub raw: String,
    /// `X-Postamt-Event`, which only mails to agents and to the house have.
    pub event: Option<String>,
    pub from: String,
    /// Where an answer goes: Reply-To, else From.
    pub reply_to: String,
    pub to: String,
    pub subject: String,
    /// In angle brackets.
    pub message_id: String,
    /// The ids in References, in angle brackets.
    pub references: Vec<String>,
    pub text: String,
    pub html: String,
}

/// A `mailto:` link (RFC 6068), decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub to: String,
    pub subject: String,
    pub body: String,
}

impl Received {
    pub fn read(raw: &[u8]) -> Self {
        let mail = MessageParser::default().parse(raw).unwrap();
        let ids = |value: &HeaderValue<'_>| -> Vec<String> {
            value.as_text_list().unwrap_or_default().iter().map(|id| format!("<{id}>")).collect()
        };
        let address = |named: Option<&mail_parser::Address<'_>>| {
            named.and_then(|a| a.first()?.address.as_deref().map(str::to_owned)).unwrap_or_default()
        };
        let from = address(mail.from());
        let reply_to = address(mail.reply_to());
        Self {
            raw: String::from_utf8_lossy(raw).into_owned(),
            event: mail.header_raw("X-Postamt-Event").map(|event| event.trim().to_owned()),
            reply_to: if reply_to.is_empty() { from.clone() } else { reply_to },
            from,
            to: address(mail.to()),
            subject: mail.subject().unwrap_or_default().to_owned(),
            message_id: format!("<{}>", mail.message_id().unwrap_or_default()),
            references: ids(mail.references()),
            text: mail.body_text(0).map(|text| text.replace("\r\n", "\n")).unwrap_or_default(),
            html: mail.body_html(0).map(Into::into).unwrap_or_default(),
        }
    }

    /// A mail to an agent or to the house is known by its event, any other by some of its words.
    pub fn is(&self, what: &str) -> bool {
        match &self.event {
            Some(event) => event == what,
            None => self.has(what),
        }
    }

    /// Whether these words stand in subject or text, wherever the lines break, in any case of letters.
    pub fn has(&self, words: &str) -> bool {
        let even =
            |text: &str| text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
        even(&self.subject).contains(&even(words)) || even(&self.text).contains(&even(words))
    }

    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        assert!(self.has(words), "“{words}” does not stand in\n{}\n\n{}", self.subject, self.text);
        self
    }

    #[track_caller]
    pub fn says_nothing_of(&self, words: &str) -> &Self {
        assert!(!self.has(words), "“{words}” stands in\n{}\n\n{}", self.subject, self.text);
        self
    }

    /// A link with this command alone stands in it.
    #[track_caller]
    pub fn offers(&self, command: &str) -> &Self {
        self.link(command);
        self
    }

    /// The link whose first line is this.
    #[track_caller]
    pub fn link(&self, first_line: &str) -> Link {
        let links = self.links();
        let starts = |link: &&Link| link.body.lines().next() == Some(first_line);
        match links.iter().find(starts) {
            Some(link) => link.clone(),
            None => panic!("no link with {first_line} among {links:#?}\nin {}", self.text),
        }
    }

    /// Every link of both parts.
    pub fn links(&self) -> Vec<Link> {
        let in_html = self.html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let in_text = self.text.split_whitespace();
        let all = in_html.map(|link| link.replace("&amp;", "&")).chain(in_text.map(str::to_owned));
        all.filter_map(|link| Link::read(&link)).collect()
    }

    /// The detail of the address that an answer goes to; empty where it has none.
    pub fn reply_token(&self) -> &str {
        let local = self.reply_to.split('@').next().unwrap_or_default();
        local.split_once('+').map_or("", |(_, token)| token)
    }

    /// The envelope sender, as the mail server noted it; None for the null sender.
    pub fn return_path(&self) -> Option<String> {
        let line = self.raw.lines().find_map(|line| line.strip_prefix("Return-Path:"));
        let address = line.unwrap_or_default().trim().trim_matches(['<', '>']).to_owned();
        (!address.is_empty()).then_some(address)
    }

    /// What stands beside a label: `Login   jo`.
    #[track_caller]
    pub fn value(&self, label: &str) -> String {
        let value = self.text.lines().find_map(|line| line.trim().strip_prefix(label));
        value.unwrap_or_else(|| panic!("no {label} in {}", self.text)).trim().to_owned()
    }

    /// Names of the files.
    pub fn files(&self) -> Vec<String> {
        let mail = MessageParser::default().parse(self.raw.as_bytes()).unwrap();
        let names = mail.attachments().map(|part| part.attachment_name().unwrap_or_default());
        names.map(str::to_owned).collect()
    }

    /// For the chronicle.
    pub fn title(&self) -> String {
        let event = self.event.as_deref().unwrap_or("letter");
        format!("{event}: {}", self.subject)
    }
}

impl Link {
    fn read(text: &str) -> Option<Self> {
        let (to, fields) = text.strip_prefix("mailto:")?.split_once('?')?;
        let mut link = Self { to: decoded(to), subject: String::new(), body: String::new() };
        for (name, value) in fields.split('&').filter_map(|field| field.split_once('=')) {
            match name {
                "subject" => link.subject = decoded(value),
                "body" => link.body = decoded(value).replace("\r\n", "\n"),
                _ => {}
            }
        }
        Some(link)
    }
}

/// RFC 3986 section 2.1.
fn decoded(text: &str) -> String {
    let mut octets = Vec::new();
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        if octet != b'%' {
            octets.push(octet);
            continue;
        }
        let digits: Vec<u8> = rest.by_ref().take(2).collect();
        octets.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
    }
    String::from_utf8(octets).unwrap()
}
