//! A decision's words: news, answers and letters become finished mails in German and English.
//!
//! What is shown and offered comes from `desk` as facts; templates choose the words; `document` reads what they give, and `text` and
//! `html` lay it out. Which mail goes to whom, and with which token, is decided elsewhere: a body holds a placeholder for it.

mod answer;
mod blocks;
mod built_in;
pub mod compose;
mod document;
mod facts;
mod filling;
mod floods;
mod foreign;
mod html;
mod letter;
mod link;
mod news;
mod overview;
mod own_words;
pub mod reflected;
mod sample;
mod sample_events;
mod show;
mod templates;
mod text;
pub mod threading;

#[cfg(test)]
mod tests;

use std::path::Path;

use chrono_tz::Tz;
use serde_json::{Value, json};

use crate::desk::answer::Answer;
use crate::desk::effect::{Letter, News, What, Who};
use crate::desk::event::{Block, Incoming};
use crate::desk::people::{Agent, Language};
use crate::desk::rules::Rules;
use crate::desk::ticket::Ticket;
use crate::mail::Timestamp;
pub use blocks::Listed as ListedBlock;
use facts::Facts;
pub use floods::{DigestGroup, HeldNotice, Summary, SummaryLine};
pub use link::{REPLY_TOKEN, STANDING_TOKEN};
pub use show::ShownArticle;
use templates::Templates;
pub use templates::{Source, TemplateError, sources};

/// All that a letter about a ticket may speak of, gathered by the office.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    pub rules: &'a Rules,
    pub ticket: &'a Ticket,
    pub now: Timestamp,
    pub language: Language,
    pub zone: Tz,
    /// Oldest first.
    pub history: &'a [(Timestamp, Who, What)],
    /// The mail that opened the ticket: what is shown of one that is no application.
    pub opening: Option<&'a Incoming>,
    /// Whom the steps are for; None for everybody to whom the ticket is free.
    pub recipient: Option<&'a Agent>,
    /// An automatic answer that is the last one for now.
    pub no_more: bool,
    /// Its readers are agents with tokens of their own, not the postmaster or the admins.
    pub answerable: bool,
}

/// A letter without its recipient: the same bytes for everybody who gets it.
#[derive(Debug, Clone, PartialEq)]
pub struct Rendered {
    pub subject: String,
    /// The name beside the queue's address in From.
    pub from_name: String,
    /// The name beside the reply address.
    pub reply_name: String,
    pub text: String,
    pub html: Option<String>,
    pub attachments: Vec<OutAttachment>,
    /// `X-Postamt-Event`, and the name of the template.
    pub event: &'static str,
    pub automatic: Automatic,
    pub urgent: bool,
    pub language: Language,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutAttachment {
    pub name: String,
    pub media_type: String,
    pub content: Vec<u8>,
}

/// What `Auto-Submitted` says (RFC 3834 section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Automatic {
    Replied,
    Generated,
    /// A person's own words.
    No,
}

/// Read as plain text by everybody: short answers, and what a person wrote.
const TEXT_ONLY: &[&str] = &[
    "bounce-digest",
    "let-in",
    "quarantine",
    "receipt",
    "summary",
    "taken",
    "acknowledgement",
    "reply",
    "status",
    "too-late",
    "help",
    "list",
    "show",
    "show-customer",
    "customer-help",
    "customer-list",
];

pub struct Letters {
    templates: Templates,
}

/// A template with what it is filled in with.
struct Draft {
    word: &'static str,
    facts: Facts,
    automatic: Automatic,
    urgent: bool,
    attachments: Vec<OutAttachment>,
    language: Language,
}

impl Draft {
    fn new(word: &'static str, facts: Facts, language: Language) -> Self {
        let automatic = Automatic::Generated;
        Self { word, facts, automatic, urgent: false, attachments: Vec::new(), language }
    }

    fn with(mut self, more: Value) -> Self {
        self.facts.extend(facts::object(more));
        self
    }

    fn replied(mut self) -> Self {
        self.automatic = Automatic::Replied;
        self
    }
}

impl Letters {
    /// The built-in templates, or those in this folder where they stand. All are filled in once with samples.
    ///
    /// # Errors
    /// A template that cannot be read, parsed or filled in: with file, line, and what to do.
    pub fn load(overrides: Option<&Path>) -> Result<Self, TemplateError> {
        let letters = Self { templates: Templates::load(overrides)? };
        // The built-in ones are filled in by the tests; what an admin wrote is, before the first mail.
        if overrides.is_some() {
            sample::fill_in_all(&letters)?;
        }
        Ok(letters)
    }

    /// Fills in every letter with samples, the built-in ones too.
    ///
    /// # Errors
    /// As for `load`.
    pub fn check(&self) -> Result<(), TemplateError> {
        sample::fill_in_all(self)
    }

    /// A letter as it would look, filled in with samples: each variant that has words of its own. None where there is no such letter.
    ///
    /// # Errors
    /// As for `news`.
    pub fn samples(&self, word: &str, language: Language) -> Result<Vec<Rendered>, TemplateError> {
        let Some(house) = sample::House::new() else { return Ok(Vec::new()) };
        let mut tickets = house.tickets();
        tickets.retain(|(name, _)| matches!(*name, "fresh" | "support-mine"));
        let mut found: Vec<Rendered> = Vec::new();
        sample::each(self, &house, language, &tickets, &mut |_, rendered| {
            if rendered.event == word && !found.contains(&rendered) {
                found.push(rendered);
            }
        })?;
        Ok(found)
    }

    /// A text block as it would look, filled in with samples.
    ///
    /// # Errors
    /// As for `news`.
    pub fn sample_block(
        &self,
        name: &str,
        language: Language,
    ) -> Result<Option<Block>, TemplateError> {
        let Some(house) = sample::House::new() else { return Ok(None) };
        let ticket = Ticket { language, ..house.application() };
        self.block(&house.scene(&ticket, language), name)
    }

    /// Words that stand in mails to agents alone, as [`text_as_read`] gives them.
    #[must_use]
    pub fn own_words(&self) -> &[String] {
        self.templates.own_words()
    }

    /// What agents are told.
    ///
    /// # Errors
    /// Where a template names something that this letter does not know.
    pub fn news(&self, scene: &Scene<'_>, news: &News) -> Result<Rendered, TemplateError> {
        let facts = self.agents_facts(scene, news.word() != "new-ticket")?;
        self.finish(news::draft(scene, news, self.with_blocks(scene, facts)?))
    }

    /// What the agent who wrote is answered. `Answer::List` and `Answer::Show` need more: see [`Letters::list`], [`Letters::show`].
    ///
    /// # Errors
    /// As for `news`.
    pub fn answer(&self, scene: &Scene<'_>, answer: &Answer) -> Result<Rendered, TemplateError> {
        let mut draft = answer::draft(scene, answer, self.agents_facts(scene, true)?);
        let name = self.templates.phrase("own-text-file", scene.language, &json!({}))?;
        for attachment in draft.attachments.iter_mut().filter(|file| file.name.is_empty()) {
            attachment.name.clone_from(&name);
        }
        self.finish(draft)
    }

    /// What the customer is written, in their language. The attachments of a reply are the caller's to add.
    ///
    /// # Errors
    /// As for `news`.
    pub fn letter(&self, scene: &Scene<'_>, letter: &Letter) -> Result<Rendered, TemplateError> {
        self.finish(letter::draft(scene, letter, self.customers_facts(scene)?))
    }

    /// The one letter that holds a password.
    ///
    /// # Errors
    /// As for `news`.
    pub fn credentials(
        &self,
        scene: &Scene<'_>,
        login: &str,
        password: &str,
    ) -> Result<Rendered, TemplateError> {
        self.finish(letter::credentials(scene, login, password, self.customers_facts(scene)?))
    }

    /// To a new agent of a queue. It belongs to no ticket.
    ///
    /// # Errors
    /// As for `news`.
    pub fn welcome(
        &self,
        rules: &Rules,
        agent: &Agent,
        queue: &str,
    ) -> Result<Rendered, TemplateError> {
        self.finish(show::welcome(rules, agent, queue))
    }

    /// To the postmaster: a mail that could not be handled, and why.
    ///
    /// # Errors
    /// As for `news`.
    pub fn quarantined(
        &self,
        rules: &Rules,
        id: i64,
        mailbox: &str,
        reason: &str,
    ) -> Result<Rendered, TemplateError> {
        self.finish(show::quarantined(rules, id, mailbox, reason))
    }

    /// To the admins: an agent whose mail comes back.
    ///
    /// # Errors
    /// As for `news`.
    pub fn agent_lost(&self, rules: &Rules, agent: &Agent) -> Result<Rendered, TemplateError> {
        self.finish(show::agent_lost(rules, agent))
    }

    /// All about a ticket: facts, history, articles newest first.
    ///
    /// # Errors
    /// As for `news`.
    pub fn show(
        &self,
        scene: &Scene<'_>,
        articles: &[ShownArticle],
    ) -> Result<Rendered, TemplateError> {
        let facts = self.agents_facts(scene, true)?;
        self.finish(show::show(scene, articles, self.with_blocks(scene, facts)?))
    }

    /// The public articles, to the customer.
    ///
    /// # Errors
    /// As for `news`.
    pub fn show_customer(
        &self,
        scene: &Scene<'_>,
        articles: &[ShownArticle],
    ) -> Result<Rendered, TemplateError> {
        self.finish(show::show_customer(scene, articles, self.customers_facts(scene)?))
    }

    /// What is free, what is theirs, what is escalated; answered in the thread of the ticket they wrote to.
    ///
    /// # Errors
    /// As for `news`.
    pub fn list(
        &self,
        scene: &Scene<'_>,
        filter: &crate::desk::answer::ListFilter,
        tickets: &[Ticket],
    ) -> Result<Rendered, TemplateError> {
        self.finish(show::list(scene, filter, tickets, self.agents_facts(scene, true)?))
    }

    /// A text block for the customer of this ticket, by its name or title as typed; None where there is no such block.
    ///
    /// # Errors
    /// As for `news`.
    pub fn block(&self, scene: &Scene<'_>, typed: &str) -> Result<Option<Block>, TemplateError> {
        let customers = scene.ticket.language;
        let Some((language, name, head)) = self.templates.blocks().find(customers, typed) else {
            return Ok(None);
        };
        let facts = self.customers_facts(&Scene { language, ..*scene })?;
        let text = self.block_text(scene, name, language, facts)?;
        Ok(Some(Block { name: name.to_owned(), title: head.title.clone(), text }))
    }

    /// All text blocks there are, with their titles in this language.
    #[must_use]
    pub fn blocks(&self, language: Language) -> Vec<ListedBlock> {
        self.templates.blocks().listed(language, None)
    }

    fn block_text(
        &self,
        scene: &Scene<'_>,
        name: &str,
        language: Language,
        mut facts: Facts,
    ) -> Result<String, TemplateError> {
        facts.insert("lines".into(), json!(letter::lines(scene)));
        self.templates.text(&format!("{}{name}", blocks::FOLDER), language, &Value::Object(facts))
    }

    /// The text blocks beside the steps, where the reader may write to the customer.
    fn with_blocks(&self, scene: &Scene<'_>, mut facts: Facts) -> Result<Facts, TemplateError> {
        let ticket = scene.ticket;
        let reader = scene.recipient.map(|agent| agent.id);
        let is_theirs = ticket.owner().is_none_or(|owner| Some(owner) == reader);
        let writes = scene.answerable && ticket.is_open() && is_theirs && !ticket.by_machine;
        if !writes || ticket.customer.is_none() {
            return Ok(facts);
        }
        let mut offered = Vec::new();
        let here = scene.queue().map(|queue| (ticket, queue));
        for block in self.templates.blocks().listed(ticket.language, here) {
            if let Some(block) = self.block(scene, &block.name)? {
                offered
                    .push(json!({ "name": block.name, "title": block.title, "text": block.text }));
            }
        }
        facts.insert("blocks".into(), json!(offered));
        Ok(facts)
    }

    /// The facts of a letter to agents, with the subject of their thread and where their answers go.
    fn agents_facts(&self, scene: &Scene<'_>, again: bool) -> Result<Facts, TemplateError> {
        let mut facts = scene.facts();
        let language = scene.language;
        let thread = self.templates.phrase("thread", language, &Value::Object(facts.clone()))?;
        let tag = facts::tag(scene.rules, scene.ticket.number);
        let subject = shortened(&format!("{tag} {thread}"), language);
        let answer = format!("Re: {subject}");
        facts.insert("reply".into(), json!(scene.reply_to(REPLY_TOKEN, &answer)));
        facts.insert("subject_line".into(), json!(if again { answer } else { subject }));
        facts.insert("overview".into(), json!(self.own_address(scene)?));
        facts.insert("blocks".into(), json!([]));
        facts.insert("from_phrase".into(), json!("from-agents"));
        facts.insert("reply_name".into(), json!(facts::queue_display(&scene.ticket.queue)));
        Ok(facts)
    }

    /// The facts of a letter to the customer: nothing about agents.
    fn customers_facts(&self, scene: &Scene<'_>) -> Result<Facts, TemplateError> {
        let mut facts = scene.facts();
        for agents_only in ["owner", "owner_since", "mine", "history", "release", "escalation"] {
            facts.insert(agents_only.into(), Value::Null);
        }
        // They may be somebody else's words, and the reader somebody who never wrote.
        facts.insert("called".into(), json!(reflected::name(scene.ticket.called())));
        let subject = match reflected::subject(&scene.ticket.subject).as_str() {
            "" => {
                let whole = Value::Object(facts.clone());
                let thread = self.templates.phrase("thread-customer", scene.language, &whole)?;
                let again = scene.ticket.application.as_ref().is_some_and(|a| a.written_to);
                let re = if again { "Re: " } else { "" };
                format!("{re}{} {thread}", facts::tag(scene.rules, scene.ticket.number))
            }
            subject => format!("Re: {} {subject}", facts::tag(scene.rules, scene.ticket.number)),
        };
        facts.insert("subject_line".into(), json!(shortened(&subject, scene.language)));
        let yes = self.templates.phrase("yes-word", scene.language, &json!({}))?;
        facts.insert("yes_word".into(), json!(yes));
        facts.insert("from_phrase".into(), json!("from-customers"));
        facts.insert("reply_name".into(), json!(scene.rules.site_name));
        facts.insert("no_more".into(), json!(scene.no_more));
        Ok(facts)
    }

    /// Fills in the template, once for each part, and lays it out.
    fn finish(&self, mut draft: Draft) -> Result<Rendered, TemplateError> {
        let language = draft.language;
        let plain = Value::Object(draft.facts.clone());
        let marker = self.templates.phrase("marker", language, &plain)?;
        let document = self.templates.document(draft.word, language, &plain)?;
        let text = text::lay_out(&document, &marker, language);
        let html = if TEXT_ONLY.contains(&draft.word) {
            None
        } else {
            draft.facts.insert("html".into(), json!(true));
            let facts = Value::Object(std::mem::take(&mut draft.facts));
            let document = self.templates.document(draft.word, language, &facts)?;
            Some(html::fold(&self.templates.frame(&html::page(&document, &marker, language))?))
        };
        let said = |key: &str| plain.get(key).and_then(Value::as_str).unwrap_or_default();
        let from_name = match document.header("From") {
            Some(name) => name.to_owned(),
            None => self.templates.phrase(said("from_phrase"), language, &plain)?,
        };
        let subject = document.header("Subject").unwrap_or_else(|| said("subject_line"));
        Ok(Rendered {
            subject: on_a_header(subject),
            from_name: on_a_header(&from_name),
            reply_name: said("reply_name").to_owned(),
            text,
            html,
            attachments: draft.attachments,
            event: draft.word,
            automatic: draft.automatic,
            urgent: draft.urgent,
            language,
        })
    }
}

/// A text as a reader takes it, wherever its lines break and however they are quoted: in lower case, one space between words.
#[must_use]
pub fn text_as_read(text: &str) -> String {
    let unquoted = text.lines().map(|line| line.trim_start_matches(['>', '|', '│', ' ', '\t']));
    let words = unquoted.flat_map(|line| line.split(|c: char| c.is_whitespace() || c == '␣'));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ").to_lowercase()
}

/// What a header holds: ordinary spaces, nothing unseen.
fn on_a_header(text: &str) -> String {
    let spaced = text.replace([document::GLUE, foreign::NO_BREAK], " ");
    spaced.chars().filter(|c| !c.is_control()).collect::<String>().trim().to_owned()
}

/// One line, and no story.
fn shortened(subject: &str, language: Language) -> String {
    const LONGEST: usize = 160;
    let subject = on_a_header(&foreign::line(subject, language));
    if subject.chars().count() <= LONGEST {
        return subject;
    }
    subject.chars().take(LONGEST).chain(['…']).collect()
}
