//! The samples' events: news, answers and letters in every variant that has words of its own.

use super::ShownArticle;
use super::sample::{ANNA, House, JENS, MONDAY};
use crate::desk::answer::{
    Answer, Done, Inside, Intent, Leak, LeftBehind, Line, Problem, Receipt, Refusal, TextFate,
    Withheld,
};
use crate::desk::application::{ConfirmedBy, Field, Step};
use crate::desk::command::{COMMANDS, Ready, Who};
use crate::desk::consent::Doubt;
use crate::desk::effect::{Asks, Freed, Letter, News, Tone, Visibility};
use crate::desk::event::{Block, Known, LetterKind, LinkToken, MessageRef, ReturnKind, Returned};
use crate::desk::people::Text;
use crate::desk::ticket::{Outcome, Then};
use crate::desk::why::Why;
use crate::mail::Span;

/// As `[security]` names them.
const ALL_WAYS: [&str; 4] = ["token", "authres", "dkim", "openpgp"];

impl House {
    pub fn news(&self) -> Vec<(&'static str, News)> {
        let known = self.known();
        let incoming = self.opening.clone();
        let words = self.cast.words.clone();
        let login = self.cast.login.clone();
        let at = MONDAY.plus(Span::days(1));
        let answer = |tone| News::CustomerAnswer {
            incoming: incoming.clone(),
            tone,
            known: Known::default(),
        };
        let freed = |why| News::Released { former: JENS, since: MONDAY, why };
        let bounce = |letter, kind, branded, suspended| News::Bounce {
            returned: self.returned(letter, kind),
            branded,
            suspended,
        };
        vec![
            ("first", News::NewTicket { known: Known::default(), form: true, remarks: Vec::new() }),
            ("known", News::NewTicket { known: known.clone(), form: false, remarks: Vec::new() }),
            ("", News::Assigned { by: JENS, known: known.clone() }),
            ("", News::Moved { by: JENS, from: "onno::support".into(), known }),
            ("plain", answer(Tone::Plain)),
            ("question", answer(Tone::ToQuestion)),
            ("doubtful", answer(Tone::Doubtful { why: Some(Doubt::Condition) })),
            ("unproven", answer(Tone::Unproven)),
            ("thanks", answer(Tone::Reopening { short: true })),
            ("reopening", answer(Tone::Reopening { short: false })),
            ("too-late", answer(Tone::TooLate)),
            ("", News::ThirdParty { incoming: incoming.clone(), token_void: true }),
            ("", News::Taken { by: ANNA, at: MONDAY, from: None }),
            ("from", News::Taken { by: ANNA, at: MONDAY, from: Some(JENS) }),
            ("silence", freed(Freed::Silence)),
            ("back", freed(Freed::GivenBack)),
            ("gone", freed(Freed::AgentGone)),
            ("unreachable", freed(Freed::Unreachable)),
            ("yours", News::Released { former: ANNA, since: MONDAY, why: Freed::Silence }),
            ("", News::Escalated),
            ("", News::ReleaseSoon { at }),
            ("", News::EscalationSoon { at }),
            ("", News::Reminder),
            ("", News::AutoClosed { outcome: Outcome::Fail }),
            (
                "applicant",
                News::Confirmed {
                    by: ConfirmedBy::Applicant,
                    login: login.clone(),
                    resumed: false,
                    words: Some(words.clone()),
                },
            ),
            (
                "agent",
                News::Confirmed {
                    by: ConfirmedBy::Agent(JENS),
                    login: login.clone(),
                    resumed: true,
                    words: None,
                },
            ),
            ("", News::LoginTaken { login: login.clone(), close_dropped: false }),
            (
                "",
                News::AccountFailed {
                    login: login.clone(),
                    reason: words.clone(),
                    close_dropped: false,
                },
            ),
            ("", News::CustomerClosed { words: words.clone() }),
            ("", News::Withdrawn { words }),
            ("told", News::Expired { applicant_told: true }),
            ("untold", News::Expired { applicant_told: false }),
            ("branded", bounce(LetterKind::Verification, ReturnKind::NoSuchAddress, true, None)),
            ("suspended", bounce(LetterKind::Credentials, ReturnKind::Full, false, Some(login))),
            ("refused", bounce(LetterKind::Reply, ReturnKind::Refused, false, None)),
            ("delayed", bounce(LetterKind::Question, ReturnKind::Delayed, false, None)),
            ("other", bounce(LetterKind::Acknowledgement, ReturnKind::Other, true, None)),
            ("notice", bounce(LetterKind::Notice, ReturnKind::Other, false, None)),
        ]
    }

    pub fn returned(&self, letter: LetterKind, kind: ReturnKind) -> Returned {
        Returned {
            letter,
            address: self.cast.address.clone(),
            kind,
            status: "5.1.2".into(),
            diagnostic: format!("550 5.1.2 {}", self.cast.words),
            sent_at: MONDAY,
            message: None,
            author: None,
        }
    }

    pub fn answers(&self) -> Vec<(String, Answer)> {
        let to = self.cast.address.clone();
        let words = self.cast.words.clone();
        let left = Withheld::ALL.into_iter().chain([Withheld::Active; 7]);
        let left = left.map(|why| LeftBehind { name: self.cast.subject.clone(), why });
        let left_behind: Vec<LeftBehind> = left.collect();
        let receipt = |text, lines| {
            let left_behind = left_behind.clone();
            Answer::Receipt(Receipt { lines, text, took_lock: true, left_behind })
        };
        let plain = |done| Line { typed: String::new(), done };
        let mut answers: Vec<(String, Answer)> = vec![
            ("inside".into(), receipt(TextFate::Inside { to: to.clone(), lines: 2 }, self.done())),
            ("sent".into(), receipt(TextFate::Sent { to: to.clone() }, vec![plain(Done::Noted)])),
            (
                "noted".into(),
                receipt(TextFate::Noted, vec![plain(Done::Replied { to: to.clone() })]),
            ),
            ("kept".into(), receipt(TextFate::Kept { lines: 1 }, vec![plain(Done::Unlocked)])),
            ("lost".into(), receipt(TextFate::NotKept { lines: 2 }, Vec::new())),
            ("none".into(), receipt(TextFate::None, vec![plain(Done::Spam)])),
            (
                String::new(),
                Answer::Held {
                    owner: JENS,
                    since: MONDAY,
                    commands: vec!["#verify".into(), "#note".into()],
                    text: words.clone(),
                },
            ),
            (
                String::new(),
                Answer::Leak {
                    leaks: [
                        Inside::Token,
                        Inside::OurMail,
                        Inside::AgentsAddress,
                        Inside::InternalNote,
                    ]
                    .into_iter()
                    .flat_map(|what| {
                        [None, Some(words.clone())].map(|file| Leak {
                            what,
                            words: if what == Inside::Token {
                                String::new()
                            } else {
                                words.clone()
                            },
                            file,
                        })
                    })
                    .collect(),
                    text: words.clone(),
                },
            ),
            (
                "reply".into(),
                Answer::Challenge {
                    commands: vec![Intent { typed: String::new(), name: "reply" }],
                    text: words.clone(),
                    more: 1,
                    files: Vec::new(),
                    subject: self.cast.subject.clone(),
                    sent_at: MONDAY,
                    from: to.clone(),
                    needs: Vec::new(),
                    why: None,
                },
            ),
            (
                "all".into(),
                Answer::Challenge {
                    commands: commands()
                        .map(|name| Intent { typed: format!("#{name}"), name })
                        .collect(),
                    text: words.clone(),
                    more: 98_000,
                    files: self.opening.attachments.iter().cycle().take(12).cloned().collect(),
                    subject: self.cast.subject.clone(),
                    sent_at: MONDAY,
                    from: to.clone(),
                    needs: ALL_WAYS.to_vec(),
                    why: Some(Why::SignedBroken),
                },
            ),
            (String::new(), Answer::Repeated { text: words.clone() }),
            (String::new(), Answer::TokenVoid { seen_with: vec![to] }),
            (
                String::new(),
                Answer::Draft {
                    block: Block {
                        name: "refused".into(),
                        title: self.cast.login.clone(),
                        text: words.clone(),
                    },
                },
            ),
            ("all".into(), Answer::Help { about: None }),
        ];
        answers.extend(Why::ALL.map(|why| {
            let challenge = Answer::Challenge {
                commands: Vec::new(),
                text: String::new(),
                more: 0,
                files: Vec::new(),
                subject: self.cast.subject.clone(),
                sent_at: MONDAY,
                from: self.cast.address.clone(),
                needs: Vec::new(),
                why: Some(why),
            };
            (why.word().to_owned(), challenge)
        }));
        // One that can be done now, one that cannot yet.
        answers.extend(["close", "merge"].map(|c| (c.into(), Answer::Help { about: Some(c) })));
        answers.extend(self.refusals().chunks(4).enumerate().map(|(n, refusals)| {
            let problem = |(line, refusal): (usize, &Refusal)| Problem {
                line,
                typed: if line == 0 { String::new() } else { "#verfiy".into() },
                refusal: refusal.clone(),
            };
            let problems = refusals.iter().enumerate().map(problem).collect();
            let corrected = (n > 0).then(|| "#verify\n#pending 3d".to_owned());
            (n.to_string(), Answer::Error { problems, text: words.clone(), corrected })
        }));
        answers
    }

    /// Everything that can have been done.
    fn done(&self) -> Vec<Line> {
        let to = self.cast.address.clone();
        let login = self.cast.login.clone();
        let until = MONDAY.plus(Span::days(3));
        let outcomes = [Outcome::Success, Outcome::Fail];
        let mut done = vec![
            Done::Locked { from: None },
            Done::Locked { from: Some(JENS) },
            Done::AlreadyYours,
            Done::Unlocked,
            Done::Assigned { to: JENS },
            Done::LinkSent { to: to.clone(), within: Span::days(4) },
            Done::QuestionSent { to: to.clone(), block: None },
            Done::QuestionSent { to: to.clone(), block: Some(login.clone()) },
            Done::BlockSent { to: to.clone(), block: login.clone() },
            Done::AccountOrdered { login: login.clone(), to: to.clone() },
            Done::AlreadyConfirmed { by: ConfirmedBy::Agent(JENS), at: MONDAY },
            Done::AlreadyConfirmed { by: ConfirmedBy::Applicant, at: MONDAY },
            Done::Renewed { until },
            Done::Replied { to },
            Done::Noted,
            Done::Reopened,
            Done::Pending { until, then: Then::Remind },
            Done::Pending { until, then: Then::Close(Outcome::Success) },
            Done::Pending { until, then: Then::Close(Outcome::Fail) },
            Done::Priority { from: 3, to: 1 },
            Done::Moved { from: "antrag".into(), to: "onno::support".into() },
            Done::Spam,
            Done::Back,
        ];
        for outcome in outcomes {
            done.push(Done::Closed { outcome, unlike: true });
            done.push(Done::Closed { outcome, unlike: false });
            done.push(Done::CloseWaits { outcome });
            done.push(Done::AlreadyClosed { outcome });
        }
        for field in Field::ALL {
            done.push(Done::FieldSet { field, old: None, new: login.clone() });
            done.push(Done::FieldSet {
                field,
                old: Some(self.cast.name.clone()),
                new: login.clone(),
            });
        }
        done.into_iter().map(|done| Line { typed: "#befehl".into(), done }).collect()
    }

    fn refusals(&self) -> Vec<Refusal> {
        let login = self.cast.login.clone();
        let name = self.cast.name.clone();
        let mut refusals = vec![
            Refusal::Unknown { nearest: Some("verify") },
            Refusal::Unknown { nearest: None },
            Refusal::Expected {
                what: Text { de: "eine Zahl", en: "a number" },
                example: "#priority 2",
            },
            Refusal::Expected { what: Text { de: "nichts", en: "nothing" }, example: "" },
            Refusal::NotYet { instead: Text { de: "schreiben Sie selbst", en: "write yourself" } },
            Refusal::OwnedBy { agent: JENS, since: MONDAY },
            Refusal::NotYours,
            Refusal::NotAnApplication,
            Refusal::LoginUnusable { login: login.clone() },
            Refusal::LoginHasAccount { login: login.clone() },
            Refusal::LoginReserved { login, by: self.number },
            Refusal::EmailUnusable { text: name.clone() },
            Refusal::Undeliverable { address: self.cast.address.clone() },
            Refusal::WithdrawnByApplicant,
            Refusal::PeriodOver { at: MONDAY },
            Refusal::HasAccount { step: Step::CredentialsSent },
            Refusal::NobodyToWriteTo,
            Refusal::TicketClosed,
            Refusal::TicketOpen,
            Refusal::UnknownAgent { name: name.clone() },
            Refusal::AgentNotInQueue { agent: JENS },
            Refusal::AgentUnreachable { agent: JENS },
            Refusal::UnknownQueue { name: name.clone() },
            Refusal::UnknownTicket { text: name.clone() },
            Refusal::UnknownBlock { name: name.clone(), there_are: vec!["refused".into()] },
            Refusal::NothingToList { name },
            Refusal::NoTicket,
            Refusal::AfterState,
            Refusal::NothingOffered,
            Refusal::OfferGone,
            Refusal::Empty,
            Refusal::Encrypted,
            Refusal::Packed,
            Refusal::NoAccount,
            Refusal::NeedsProof { ways: ALL_WAYS.to_vec() },
        ];
        refusals.extend(Field::ALL.map(|field| Refusal::Missing { field }));
        refusals
    }

    pub fn letters(&self) -> Vec<(&'static str, Letter)> {
        let text = self.cast.words.clone();
        let token = LinkToken("a2b3c4d5e6f7a2b3c4d5e6f7a2b3c4d5e6f7a".to_owned());
        let verification = |text: &str| Letter::Verification {
            token: token.clone(),
            text: text.to_owned(),
            author: ANNA,
            valid: Span::days(4),
            attachments_of: None,
        };
        vec![
            ("", Letter::Acknowledgement { answered: MessageRef(1) }),
            ("plain", verification("")),
            ("words", verification(&text)),
            ("plain", Letter::Question { text: String::new(), author: ANNA, attachments_of: None }),
            ("words", Letter::Question { text: text.clone(), author: ANNA, attachments_of: None }),
            ("", Letter::Reply { text, author: ANNA, attachments_of: MessageRef(1) }),
            ("link", Letter::ConfirmReminder { until: MONDAY, has_link: true }),
            ("question", Letter::ConfirmReminder { until: MONDAY, has_link: false }),
            ("", Letter::Expired),
            ("", Letter::LoginTaken),
            ("account", Letter::TooLate { has_account: true }),
            ("late", Letter::TooLate { has_account: false }),
            ("", Letter::Withdrawn),
            ("", Letter::Status { asks: Asks::Nothing }),
            ("asks", Letter::Status { asks: Asks::Withdraw }),
            ("asks-close", Letter::Status { asks: Asks::Close }),
            ("", Letter::List { others: Vec::new() }),
            ("others", Letter::List { others: self.known().earlier }),
            ("", Letter::Help),
            ("", Letter::Credentials { login: self.cast.login.clone() }),
        ]
    }

    pub fn articles(&self) -> Vec<ShownArticle> {
        let article = |visibility, author: &str| ShownArticle {
            at: MONDAY,
            author: author.to_owned(),
            visibility,
            subject: self.cast.subject.clone(),
            text: self.cast.words.clone(),
            attachments: self.opening.attachments.clone(),
        };
        vec![
            article(Visibility::Public, &self.cast.name),
            article(Visibility::Internal, "Anna Brandt"),
        ]
    }
}

fn commands() -> impl Iterator<Item = &'static str> {
    COMMANDS
        .iter()
        .filter(|c| c.ready == Ready::Now && c.who != Who::Customer)
        .map(|c| c.name)
        .filter(|name| *name != "reply")
        .chain(["no-ticket"])
}
