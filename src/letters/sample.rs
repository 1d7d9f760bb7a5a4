//! Samples for every letter, so that a broken template is found when the program starts, not when the first mail is due.

use super::{Letters, Rendered, Scene, TemplateError};
use crate::desk::answer::ListFilter;
use crate::desk::application::{Application, Field, Step};
use crate::desk::calendar::Wait;
use crate::desk::effect::{Letter, What, Who};
use crate::desk::event::{
    AccountInfo, AttachmentInfo, Earlier, Incoming, Known, LoginHolder, MessageRef,
};
use crate::desk::number::Number;
use crate::desk::people::{Agent, AgentId, Language};
use crate::desk::rules::{AnswerLimits, FormNames, Queue, QueueKind, Rules};
use crate::desk::ticket::{Escalation, Lock, Outcome, State, Ticket, TicketId};
use crate::mail::{Address, Named, Span, Timestamp};

pub const ANNA: AgentId = AgentId(1);
pub const JENS: AgentId = AgentId(2);
/// Monday, 23 November 2026, 09:12 in Berlin.
pub const MONDAY: Timestamp = Timestamp(1_795_421_520);

/// Whose words and names stand in the samples: a usual applicant's, or an attacker's.
#[derive(Debug, Clone)]
pub struct Cast {
    pub name: String,
    pub login: String,
    pub words: String,
    pub subject: String,
    pub address: Address,
}

impl Cast {
    pub fn usual(address: Address) -> Self {
        Self {
            name: "Lena Hoffmann".into(),
            login: "lhoffmann".into(),
            words: "Ich betreue den Rundbrief unseres Stadtteilarchivs in Leipzig-Lindenau und möchte in den Gruppen zur \
                    Regionalgeschichte mitlesen und schreiben.\n\nBisher habe ich über den Zugang meiner Universität gelesen; \
                    der läuft im Dezember aus."
                .into(),
            subject: "Anmeldung am Server klappt nicht mehr".into(),
            address,
        }
    }
}

/// Fills in every letter of both languages.
pub fn fill_in_all(letters: &Letters) -> Result<(), TemplateError> {
    let Some(house) = House::new() else { return Ok(()) };
    let mut tickets = house.tickets();
    tickets.retain(|(name, _)| matches!(*name, "fresh" | "support-mine"));
    for language in [Language::De, Language::En] {
        each(letters, &house, language, &tickets, &mut |_, _| {})?;
    }
    Ok(())
}

/// Fills in every kind of letter, in every variant that has words of its own; `seen` gets each with a name.
pub fn each(
    letters: &Letters,
    house: &House,
    language: Language,
    tickets: &[(&'static str, Ticket)],
    seen: &mut dyn FnMut(String, Rendered),
) -> Result<(), TemplateError> {
    let mut seen =
        |name: String, rendered: Rendered| seen(format!("{}-{name}", language.code()), rendered);
    for (name, ticket) in tickets {
        let anna = house.rules.agents.first();
        let recipient = anna.filter(|_| ticket.owner().is_some());
        let scene = Scene { recipient, ..house.scene(ticket, language) };
        for (variant, news) in house.news() {
            let word = news.word();
            seen(format!("{word}-{variant}-{name}"), letters.news(&scene, &news)?);
        }
        for (variant, answer) in house.answers() {
            let word = answer.word();
            seen(format!("{word}-{variant}-{name}"), letters.answer(&scene, &answer)?);
        }
        for (variant, letter) in house.letters() {
            let word = letter.word();
            if matches!(
                letter,
                Letter::Acknowledgement { .. }
                    | Letter::Status { .. }
                    | Letter::TooLate { .. }
                    | Letter::Withdrawn
            ) {
                let scene = Scene { no_more: true, ..scene };
                seen(format!("{word}-{variant}-last-{name}"), letters.letter(&scene, &letter)?);
            }
            seen(format!("{word}-{variant}-{name}"), letters.letter(&scene, &letter)?);
        }
        let articles = house.articles();
        seen(format!("show-{name}"), letters.show(&scene, &articles)?);
        seen(format!("show-customer-{name}"), letters.show_customer(&scene, &articles)?);
        seen(
            format!("credentials-{name}"),
            letters.credentials(&scene, &house.cast.login, "tolu-9rak-vemi-3sod")?,
        );
        for filter in [
            ListFilter::Free,
            ListFilter::Mine,
            ListFilter::Escalated,
            ListFilter::All,
            ListFilter::Queue("onno::support".into()),
            ListFilter::Agent(JENS),
        ] {
            let tickets: Vec<Ticket> = tickets.iter().map(|(_, t)| t.clone()).collect();
            seen(
                format!("list-{filter:?}-{name}").to_lowercase(),
                letters.list(&scene, &filter, &tickets)?,
            );
        }
    }
    for block in letters.blocks(language) {
        letters.sample_block(&block.name, language)?;
    }
    let rules = Rules { language, ..house.rules.clone() };
    for agent in &rules.agents {
        seen(format!("agent-lost-{}", agent.name), letters.agent_lost(&rules, agent)?);
    }
    super::floods::samples::each(letters, house, language, tickets, &mut seen)?;
    for agent in house.rules.agents.iter().map(|a| Agent { language, ..a.clone() }) {
        for queue in ["antrag", "support"] {
            seen(
                format!("welcome-{queue}-{}", agent.name),
                letters.welcome(&house.rules, &agent, queue)?,
            );
        }
    }
    Ok(())
}

/// A site with an application queue, a support queue and two agents.
pub struct House {
    pub rules: Rules,
    pub cast: Cast,
    pub opening: Incoming,
    history: Vec<(Timestamp, Who, What)>,
    pub number: Number,
}

impl House {
    /// None would mean that our own sample addresses are none.
    pub fn new() -> Option<Self> {
        Self::with(Cast::usual(Address::parse("lena.hoffmann@example.net")?))
    }

    pub fn with(cast: Cast) -> Option<Self> {
        let queue = |name: &str, kind: QueueKind| -> Option<Queue> {
            Some(Queue {
                name: name.into(),
                kind,
                address: Address::parse(&format!("{name}@example.org"))?,
                subaddress: "+".into(),
                bounces: Address::parse("bounces@example.org")?,
                bounces_subaddress: "+".into(),
                acknowledge: true,
                release_after: Wait::Time(Span::hours(12)),
                escalate_after: Wait::Days(2),
                confirm_within: Span::days(4),
                reopen_within: Span::days(14),
                warn_before: Wait::Time(Span::hours(1)),
                sign_as: "{agent} ({queue})".into(),
                form_senders: Vec::new(),
                join_open: false,
                form: FormNames::default(),
            })
        };
        let agent = |id: AgentId, name: &str, display: &str| -> Option<Agent> {
            Some(Agent {
                id,
                name: name.into(),
                display: display.into(),
                addresses: vec![Address::parse(&format!("{name}@example.com"))?],
                queues: vec!["antrag".into(), "support".into()],
                language: Language::De,
                active: true,
                receipts: true,
                taken_notices: true,
                reach: crate::desk::reach::Reach::Reached,
                tokens_since: Timestamp(0),
                created_at: Timestamp(0),
            })
        };
        let rules = Rules {
            site_name: "Open-News-Network".into(),
            language: Language::De,
            zone: chrono_tz::Europe::Berlin,
            hook: "Ticket".into(),
            postmaster: Address::parse("postmaster@example.org")?,
            admins: vec![Address::parse("admin@example.org")?],
            page: String::new(),
            own_addresses: Vec::new(),
            queues: vec![
                queue("antrag", QueueKind::Application)?,
                queue("support", QueueKind::Support)?,
            ],
            agents: vec![
                agent(ANNA, "anna", "Anna Brandt")?,
                agent(JENS, "jens", "Jens Petersen")?,
            ],
            login_pattern: regex::Regex::new("^[a-z][a-z0-9._-]{1,31}$").ok()?,
            reserved_logins: Vec::new(),
            letter_lines: vec![
                ("Server".into(), "news.example.org".into()),
                ("Port".into(), "563 (TLS)".into()),
            ],
            token_valid: Span::days(30),
            limits: AnswerLimits { per_hour: 10, per_day: 30, per_ticket: 5 },
            calendar: None,
        };
        let attachment = AttachmentInfo {
            name: format!("{}.pdf", cast.subject),
            media_type: "application/pdf".into(),
            size_octets: 70_000,
        };
        let opening = Incoming {
            message: MessageRef(1),
            from: Named { name: cast.name.clone(), address: cast.address.clone() },
            subject: cast.subject.clone(),
            text: cast.words.clone(),
            attachments: vec![attachment],
            remarks: Vec::new(),
        };
        let number = Number::new(MONDAY.utc().date_naive(), 1);
        let history = history(&cast, number);
        Some(Self { rules, cast, opening, history, number })
    }

    pub fn scene<'a>(&'a self, ticket: &'a Ticket, language: Language) -> Scene<'a> {
        Scene {
            rules: &self.rules,
            ticket,
            now: MONDAY.plus(Span::hours(1)),
            language,
            zone: self.rules.zone,
            history: &self.history,
            opening: Some(&self.opening),
            recipient: None,
            no_more: false,
            answerable: true,
        }
    }

    /// An application as it comes in.
    pub fn application(&self) -> Ticket {
        let cast = &self.cast;
        Ticket {
            id: TicketId(1),
            number: self.number,
            queue: "antrag".into(),
            subject: String::new(),
            customer: Some(Named { name: cast.name.clone(), address: cast.address.clone() }),
            language: Language::De,
            state: State::New,
            priority: 3,
            lock: None,
            former_owner: None,
            created_at: MONDAY,
            opened_at: MONDAY,
            updated_at: MONDAY,
            escalation: Escalation::No,
            application: Some(Application {
                name: Some(cast.name.clone()),
                email: Some(cast.address.clone()),
                login: Some(cast.login.clone()),
                reason: Some(cast.words.clone()),
                ..Application::received(MONDAY)
            }),
            by_machine: false,
            continues: None,
            continued_in: None,
        }
    }

    pub fn support(&self) -> Ticket {
        Ticket {
            queue: "support".into(),
            subject: self.cast.subject.clone(),
            application: None,
            continues: Some(self.number),
            ..self.application()
        }
    }

    pub fn at_step(&self, step: Step) -> Ticket {
        let mut ticket = self.application();
        if let Some(application) = &mut ticket.application {
            application.step = step;
            application.written_to = step != Step::Received;
        }
        ticket
    }

    pub fn owned(mut ticket: Ticket, owner: AgentId) -> Ticket {
        let since = MONDAY;
        ticket.state = State::Open;
        ticket.lock =
            Some(Lock { owner, since, alive_at: since, customer_wrote: false, warned: false });
        ticket
    }

    pub fn tickets(&self) -> Vec<(&'static str, Ticket)> {
        let mut bare = self.application();
        bare.application = Some(Application::received(MONDAY));
        let mut escalated = self.application();
        escalated.escalation = Escalation::Since(MONDAY);
        let closed = Ticket {
            state: State::Closed { outcome: Outcome::Success, at: MONDAY },
            ..self.application()
        };
        let mut tickets = vec![
            ("fresh", self.application()),
            ("bare", bare),
            ("escalated", escalated),
            ("closed", closed),
            ("support", self.support()),
            ("support-mine", Self::owned(self.support(), ANNA)),
            ("others", Self::owned(self.application(), JENS)),
        ];
        let steps = [
            ("asked", Step::Asked),
            ("link-out", Step::VerificationSent),
            ("confirmed", Step::Confirmed),
            ("done", Step::CredentialsSent),
            ("expired", Step::Expired),
            ("bounced", Step::Bounced),
            ("withdrawn", Step::Withdrawn),
            ("credentials-bounced", Step::CredentialsBounced),
        ];
        tickets.extend(steps.map(|(name, step)| (name, Self::owned(self.at_step(step), ANNA))));
        tickets
    }

    pub fn known(&self) -> Known {
        let account = AccountInfo {
            login: self.cast.login.clone(),
            email: self.cast.address.clone(),
            active: false,
        };
        Known {
            logins: [(self.cast.login.to_lowercase(), LoginHolder::Reserved(self.number))].into(),
            emails: [(self.cast.address.key(), vec![account])].into(),
            earlier: vec![Earlier {
                number: self.number,
                created_at: MONDAY,
                state: "closed fail",
                step: Some(Step::Expired),
            }],
            bounced_before: true,
        }
    }
}

/// A line of every kind.
fn history(cast: &Cast, number: Number) -> Vec<(Timestamp, Who, What)> {
    let to = cast.address.clone();
    let login = cast.login.clone();
    let lines = [
        (Who::Customer, What::Created),
        (Who::Customer, What::CustomerWrote),
        (Who::ThirdParty, What::ThirdPartyWrote),
        (Who::System, What::AutomaticCame),
        (Who::Agent(ANNA), What::Unlocked),
        (Who::System, What::Released),
        (Who::Agent(ANNA), What::Assigned { to: JENS }),
        (Who::System, What::PeriodBegan),
        (Who::Agent(ANNA), What::PeriodRenewed),
        (Who::Agent(ANNA), What::Replied),
        (Who::Agent(ANNA), What::Noted),
        (Who::Customer, What::Confirmed),
        (Who::System, What::AccountCreated { login: login.clone() }),
        (Who::System, What::AccountFailed { login: login.clone() }),
        (Who::System, What::AccountSuspended { login }),
        (Who::System, What::CredentialsSent),
        (Who::Customer, What::Withdrawn),
        (Who::System, What::Expired),
        (Who::System, What::Reminded),
        (Who::System, What::Bounced { address: to.clone(), status: "5.1.1".into() }),
        (Who::Agent(ANNA), What::Closed { outcome: Outcome::Success }),
        (Who::Agent(ANNA), What::Closed { outcome: Outcome::Fail }),
        (Who::Agent(ANNA), What::Spam),
        (Who::Agent(ANNA), What::Reopened),
        (Who::Agent(ANNA), What::Pending { until: MONDAY }),
        (Who::System, What::PendingOver),
        (Who::System, What::Escalated),
        (Who::Agent(ANNA), What::Priority { from: 3, to: 1 }),
        (Who::Agent(ANNA), What::Moved { from: "support".into(), to: "antrag".into() }),
        (Who::Agent(ANNA), What::FieldSet { field: Field::Login }),
        (Who::System, What::Challenged),
        (Who::System, What::Refused),
        (Who::System, What::Continued { in_ticket: number }),
        (Who::System, What::Erased),
        (Who::Customer, What::Created),
        (Who::Agent(JENS), What::Locked { from: None }),
        (Who::Agent(JENS), What::QuestionSent { to: to.clone() }),
        (Who::Agent(JENS), What::LinkSent { to }),
        (Who::System, What::AutomaticCame),
        (Who::System, What::AutomaticCame),
    ];
    lines.map(|(who, what)| (MONDAY, who, what)).into()
}
