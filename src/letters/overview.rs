//! Letters about no ticket: answers to what came to an agent's own address, and the link to that address below every other letter.

use serde_json::json;

use super::facts::{self, Facts};
use super::link::{REPLY_TOKEN, ReplyTo, STANDING_TOKEN};
use super::{Letters, Rendered, Scene, TemplateError, answer, show};
use crate::desk::answer::{Answer, ListFilter};
use crate::desk::ticket::Ticket;

impl Letters {
    /// Where the reader asks for what belongs to no ticket; None where the letter is for nobody who has such an address.
    pub(super) fn own_address(&self, scene: &Scene<'_>) -> Result<Option<ReplyTo>, TemplateError> {
        let queue = self.queue_of(scene).filter(|_| scene.answerable);
        let subject = self.overview_subject(scene)?;
        Ok(queue.map(|queue| {
            let (address, separator) = (&queue.address, &queue.subaddress);
            ReplyTo::new(address, separator, STANDING_TOKEN, &subject, &subject)
        }))
    }

    /// An answer that needs no ticket: help, an error, a challenge. The scene's ticket is a blank one of the queue that answers.
    ///
    /// # Errors
    /// As for `news`.
    pub fn answer_without_ticket(
        &self,
        scene: &Scene<'_>,
        answer: &Answer,
    ) -> Result<Rendered, TemplateError> {
        let mut draft = answer::draft(scene, answer, self.facts_without_ticket(scene)?);
        let name = self.templates.phrase("own-text-file", scene.language, &json!({}))?;
        for attachment in &mut draft.attachments {
            attachment.name.clone_from(&name);
        }
        self.finish(draft)
    }

    /// As [`Letters::list`], to somebody who wrote about no ticket.
    ///
    /// # Errors
    /// As for `news`.
    pub fn list_without_ticket(
        &self,
        scene: &Scene<'_>,
        filter: &ListFilter,
        tickets: &[Ticket],
    ) -> Result<Rendered, TemplateError> {
        self.finish(show::list(scene, filter, tickets, self.facts_without_ticket(scene)?))
    }

    fn facts_without_ticket(&self, scene: &Scene<'_>) -> Result<Facts, TemplateError> {
        let subject = self.overview_subject(scene)?;
        let answer = format!("Re: {subject}");
        let reply = self.queue_of(scene).map(|queue| {
            ReplyTo::new(&queue.address, &queue.subaddress, REPLY_TOKEN, &answer, &subject)
        });
        let mut facts = scene.facts();
        facts.extend(facts::object(json!({
            "own": true,
            "reply": reply,
            "subject_line": subject,
            "overview": self.own_address(scene)?,
            "from_phrase": "from-agents",
            "reply_name": facts::queue_display(&scene.ticket.queue),
        })));
        Ok(facts)
    }

    fn queue_of<'s>(&self, scene: &Scene<'s>) -> Option<&'s crate::desk::rules::Queue> {
        scene.rules.queue_writing_for(&scene.ticket.queue)
    }

    fn overview_subject(&self, scene: &Scene<'_>) -> Result<String, TemplateError> {
        let label = self.templates.phrase("overview", scene.language, &json!({}))?;
        Ok(format!("{}: {label}", scene.rules.site_name))
    }
}
