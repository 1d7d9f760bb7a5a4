//! `[security.needs]`: some commands want more than one proof. What is missing of it, and what an agent hears who consents without it.

use super::clerk::Clerk;
use super::command::{Outcome, read};
use super::error::OfficeError;
use crate::authority::{Policy, Way, Ways};
use crate::desk::answer::{Problem, Refusal};
use crate::desk::command::{Command, TextGoes};
use crate::desk::command_line::Typed;
use crate::desk::event::{AgentMail, Blocks, Manner, MessageRef, Offered};
use crate::desk::people::AgentId;
use crate::desk::{Event, Ticket};
use crate::mail::Timestamp;
use crate::mail::understood::{Understood, understand};
use crate::store::{OfferId, Tx};

/// The name under which `[security.needs]` speaks of a plain answer.
const PLAIN_ANSWER: &str = "reply";

/// What the mail's commands need and its proof lacks. What cannot be read does nothing, so it needs nothing.
pub(super) fn missing(
    typed: &Result<Typed, Vec<Problem>>,
    manner: Manner,
    had: Ways,
    policy: &Policy,
) -> Ways {
    needed(typed, manner, policy).without(had)
}

fn needed(typed: &Result<Typed, Vec<Problem>>, manner: Manner, policy: &Policy) -> Ways {
    let Ok(typed) = typed else { return Ways::NONE };
    let answer = policy.needs(PLAIN_ANSWER);
    let text_alone = manner.seen() == Manner::TextToCustomerSeen;
    if text_alone || (typed.commands.is_empty() && manner != Manner::AsNote) {
        return answer;
    }
    let commands = typed.commands.iter();
    let theirs = commands.clone().fold(Ways::NONE, |all, c| all.and(policy.needs(c.spec.name)));
    // Words that go out with another command are an answer, too.
    let is_note = manner == Manner::AsNote || commands.clone().any(|c| c.command == Command::Note);
    let goes_out = commands.clone().any(|c| c.spec.text == TextGoes::ToCustomer);
    match goes_out && !is_note && !typed.text.trim().is_empty() {
        true => theirs.and(answer),
        false => theirs,
    }
}

fn needs_proof(typed: String, missing: Ways) -> Problem {
    let refusal = Refusal::NeedsProof { ways: missing.iter().map(Way::as_str).collect() };
    Problem { line: 0, typed, refusal }
}

impl Clerk {
    /// Consent itself may need more. Of that no challenge is sent: the yes to it would lack the same.
    pub(super) fn yes_needs_more(&self, says_yes: bool, had: Ways) -> Option<Problem> {
        let missing = self.policy.needs("yes").without(had);
        let lacks = says_yes && !missing.is_empty();
        lacks.then(|| needs_proof("#yes".to_owned(), missing))
    }

    /// The first command of a stored mail that the consent to it is not proof enough for.
    pub(super) fn offer_needs_more(
        &self,
        tx: &Tx<'_>,
        offer: OfferId,
        as_note: bool,
        had: Ways,
    ) -> Result<Option<Problem>, OfficeError> {
        if let Some(problem) = self.yes_needs_more(true, had) {
            return Ok(Some(problem));
        }
        let Some(stored) = tx.offer(offer)? else { return Ok(None) };
        let Some(raw) = tx.raw(stored.offer.message)? else { return Ok(None) };
        let Ok(understood) = understand(&raw, &self.limits) else { return Ok(None) };
        let manner = if as_note { Manner::AsNote } else { stored.offer.manner };
        let typed = read(&understood);
        let missing = missing(&typed, manner, had, &self.policy);
        if missing.is_empty() {
            return Ok(None);
        }
        let lacks = |name: &str| !self.policy.needs(name).without(had).is_empty();
        let command =
            typed.iter().flat_map(|typed| &typed.commands).find(|command| lacks(command.spec.name));
        let typed = command.map(|command| command.typed.clone()).unwrap_or_default();
        Ok(Some(needs_proof(typed, missing)))
    }

    /// Tells the agent what is missing; nothing is done, and the offer stays open.
    #[expect(clippy::too_many_arguments, reason = "as `proven`")]
    pub(super) fn refuse(
        &self,
        tx: &Tx<'_>,
        message: MessageRef,
        understood: &Understood,
        agent: AgentId,
        ticket: Ticket,
        problem: Problem,
        now: Timestamp,
    ) -> Result<Outcome, OfficeError> {
        let mut incoming = self.incoming(message, &understood.mail, &understood.new_text.text);
        if let Some(text) = self.without_tokens(&incoming.text) {
            incoming.text = text;
        }
        let mail = AgentMail {
            blocks: Blocks::default(),
            agent,
            incoming,
            known: self.known(tx, &ticket, &[], &[])?,
            fresh: Self::fresh_link(),
            typed: Err(vec![problem]),
            manner: Manner::Plain,
            offered: Offered::Open,
        };
        self.decide(tx, ticket, &Event::AgentWrote(Box::new(mail)), message.into(), now)?;
        Ok(Outcome::Handled)
    }
}
