//! The letters that people see most, as they read them, in both languages. The HTML part stands beside as a file to open in a browser.

use super::sample::{ANNA, House, JENS, MONDAY};
use super::*;
use crate::desk::answer::{
    Done, Inside, Intent, Leak, LeftBehind, Line, Problem, Receipt, Refusal, TextFate, Withheld,
};
use crate::desk::application::{ConfirmedBy, Field, Step};
use crate::desk::consent::Doubt;
use crate::desk::effect::{Asks, Freed, Tone};
use crate::desk::event::{
    AttachmentInfo, Incoming, Known, LetterKind, LinkToken, MessageRef, Remark, ReturnKind,
};
use crate::desk::people::Text;
use crate::desk::why::Why;
use crate::mail::{Address, Scheme, Span};

fn compare(name: &str, language: Language, rendered: &Result<Rendered, TemplateError>) {
    let rendered = rendered.as_ref().map_err(ToString::to_string).unwrap();
    let name = format!("{name}-{}", language.code());
    let urgent = if rendered.urgent { "Importance: high\n" } else { "" };
    let automatic = match rendered.automatic {
        Automatic::Replied => "Auto-Submitted: auto-replied\n",
        Automatic::Generated => "Auto-Submitted: auto-generated\n",
        Automatic::No => "",
    };
    let head =
        format!("From: {}\nSubject: {}\n{automatic}{urgent}", rendered.from_name, rendered.subject);
    let files: String = rendered
        .attachments
        .iter()
        .map(|a| format!("\n[{}, {}]\n", a.name, a.media_type))
        .collect();
    insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name.clone(), format!("{head}\n{}{files}", rendered.text));
        if let Some(html) = &rendered.html {
            insta::assert_binary_snapshot!(&format!("{name}-page.html"), html.clone().into_bytes());
        }
    });
}

fn house(language: Language) -> House {
    let mut house = House::new().unwrap();
    if language == Language::En {
        house.cast.words = "I edit the newsletter of our neighbourhood archive in Leipzig-Lindenau and would like to read and post \
                            in the groups on regional history.\n\nSo far I have been reading through my university, whose access ends \
                            in December."
            .into();
    }
    house
}

fn in_both(
    name: &str,
    letter: impl Fn(&Letters, &House, Language) -> Result<Rendered, TemplateError>,
) {
    let letters = letters();
    for language in [Language::De, Language::En] {
        compare(name, language, &letter(letters, &house(language), language));
    }
}

/// A ticket in the language of its letter, owned where `step` says that somebody has acted.
fn ticket(house: &House, language: Language, step: Step) -> Ticket {
    let ticket = Ticket { language, ..house.at_step(step) };
    if step == Step::Received { ticket } else { House::owned(ticket, ANNA) }
}

fn tell(
    letters: &Letters,
    house: &House,
    language: Language,
    step: Step,
    news: &News,
) -> Result<Rendered, TemplateError> {
    let ticket = ticket(house, language, step);
    let history = [
        (MONDAY, Who::Customer, What::Created),
        (MONDAY.plus(Span::minutes(28)), Who::Agent(JENS), What::Locked { from: None }),
    ];
    let recipient = house.rules.agents.iter().find(|a| Some(a.id) == ticket.owner());
    let now = MONDAY.plus(Span::minutes(68));
    letters
        .news(&Scene { history: &history, recipient, now, ..house.scene(&ticket, language) }, news)
}

fn answer(
    letters: &Letters,
    house: &House,
    language: Language,
    answer: &Answer,
) -> Result<Rendered, TemplateError> {
    let ticket = ticket(house, language, Step::VerificationSent);
    letters.answer(
        &Scene { recipient: house.rules.agents.first(), ..house.scene(&ticket, language) },
        answer,
    )
}

fn write(
    letters: &Letters,
    house: &House,
    language: Language,
    step: Step,
    letter: &Letter,
) -> Result<Rendered, TemplateError> {
    letters.letter(&house.scene(&ticket(house, language, step), language), letter)
}

#[test]
fn a_new_application() {
    in_both("new-ticket", |l, h, language| {
        tell(
            l,
            h,
            language,
            Step::Received,
            &News::NewTicket { known: Known::default(), form: true, remarks: Vec::new() },
        )
    });
}

#[test]
fn a_new_application_of_somebody_known() {
    in_both("new-ticket-known", |l, h, language| {
        tell(
            l,
            h,
            language,
            Step::Received,
            &News::NewTicket { known: h.known(), form: false, remarks: Vec::new() },
        )
    });
}

#[test]
fn a_new_request() {
    in_both("new-ticket-support", |l, h, language| {
        let ticket = Ticket { language, ..h.support() };
        l.news(
            &h.scene(&ticket, language),
            &News::NewTicket { known: Known::default(), form: false, remarks: Vec::new() },
        )
    });
}

#[test]
fn an_answer_to_the_question_with_lines_that_begin_with_a_hash() {
    in_both("customer-answer", |l, h, language| {
        let text = "Guten Tag Frau Brandt,\n\nzwei Fragen noch:\n\n#1 Kann mein Login »lena« heißen?\n#2 Gilt das Konto auch für die Gruppe zum \
                    Modellbau?\n\nViele Grüße\nLena Hoffmann";
        let incoming = Incoming { text: text.into(), attachments: Vec::new(), ..h.opening.clone() };
        tell(
            l,
            h,
            language,
            Step::Asked,
            &News::CustomerAnswer { incoming, tone: Tone::ToQuestion, known: Known::default() },
        )
    });
}

#[test]
fn an_answer_that_is_no_clear_yes_says_why() {
    in_both("customer-answer-doubtful", |l, h, language| {
        let text = "Ja, aber bitte mit dem Login lena2.";
        let incoming = Incoming { text: text.into(), attachments: Vec::new(), ..h.opening.clone() };
        let tone = Tone::Doubtful { why: Some(Doubt::Condition) };
        let news = News::CustomerAnswer { incoming, tone, known: Known::default() };
        tell(l, h, language, Step::VerificationSent, &news)
    });
}

#[test]
fn a_new_application_that_nobody_here_can_read() {
    in_both("new-ticket-encrypted", |l, h, language| {
        let remarks = vec![Remark::Encrypted(Scheme::OpenPgp)];
        let news = News::NewTicket { known: Known::default(), form: false, remarks };
        tell(l, h, language, Step::Received, &news)
    });
}

#[test]
fn a_strangers_mail_that_is_marked_and_encrypted() {
    in_both("third-party-remarks", |l, h, language| {
        let remarks = vec![Remark::MarkedSpam, Remark::Encrypted(Scheme::Smime)];
        let incoming = Incoming { text: String::new(), remarks, ..h.opening.clone() };
        let news = News::ThirdParty { incoming, token_void: false };
        tell(l, h, language, Step::Received, &news)
    });
}

#[test]
fn a_ticket_is_taken() {
    in_both("taken", |l, h, language| {
        tell(
            l,
            h,
            language,
            Step::Received,
            &News::Taken { by: ANNA, at: MONDAY.plus(Span::minutes(53)), from: None },
        )
    });
}

#[test]
fn a_ticket_is_free_again() {
    in_both("released", |l, h, language| {
        let since = MONDAY.plus(Span::minutes(28));
        tell(
            l,
            h,
            language,
            Step::Received,
            &News::Released { former: JENS, since, why: Freed::Silence },
        )
    });
}

#[test]
fn a_ticket_is_escalated() {
    in_both("escalated", |l, h, language| {
        let mut ticket = ticket(h, language, Step::Received);
        ticket.escalation = crate::desk::ticket::Escalation::Since(MONDAY);
        l.news(
            &Scene { history: &[], now: MONDAY.plus(Span::days(2)), ..h.scene(&ticket, language) },
            &News::Escalated,
        )
    });
}

#[test]
fn a_link_comes_back() {
    in_both("bounce", |l, h, language| {
        let mut returned = h.returned(LetterKind::Verification, ReturnKind::NoSuchAddress);
        returned.diagnostic =
            "550 5.1.2 <lena.hoffmann@example.net>: Recipient address rejected: Domain not found"
                .into();
        tell(
            l,
            h,
            language,
            Step::Bounced,
            &News::Bounce { returned, branded: true, suspended: None },
        )
    });
}

#[test]
fn an_account_is_there() {
    in_both("confirmed", |l, h, language| {
        let words = Some("Ja, das bin ich. Vielen Dank!".to_owned());
        let news = News::Confirmed {
            by: ConfirmedBy::Applicant,
            login: "lhoffmann".into(),
            resumed: false,
            words,
        };
        tell(l, h, language, Step::CredentialsSent, &news)
    });
}

#[test]
fn a_receipt() {
    in_both("receipt", |l, h, language| {
        let to = h.cast.address.clone();
        let line = |typed: &str, done| Line { typed: typed.into(), done };
        let old = Some("lena.hoffmann@exmaple.net".to_owned());
        let lines = vec![
            line(
                "#set email lena.hoffmann@example.net",
                Done::FieldSet { field: Field::Email, old, new: to.to_string() },
            ),
            line("#verify", Done::LinkSent { to: to.clone(), within: Span::days(4) }),
        ];
        let receipt = Receipt {
            lines,
            text: TextFate::Inside { to, lines: 2 },
            took_lock: true,
            left_behind: vec![LeftBehind { name: "Rechnung.html".into(), why: Withheld::Active }],
        };
        answer(l, h, language, &Answer::Receipt(receipt))
    });
}

#[test]
fn two_lines_that_could_not_be_understood() {
    in_both("error", |l, h, language| {
        let problem = |line, typed: &str, refusal| Problem { line, typed: typed.into(), refusal };
        let what = Text { de: "eine Spanne oder ein Tag", en: "a span or a day" };
        let problems = vec![
            problem(1, "#verfiy", Refusal::Unknown { nearest: Some("verify") }),
            problem(2, "#pending 3x", Refusal::Expected { what, example: "#pending 3d" }),
        ];
        let text = "#verfiy\n#pending 3x\n\nGuten Tag Herr Ahrens,\n\nvielen Dank für die schnelle Antwort.".to_owned();
        answer(
            l,
            h,
            language,
            &Answer::Error { problems, text, corrected: Some("#verify\n#pending 3d".into()) },
        )
    });
}

#[test]
fn a_text_is_held() {
    in_both("held", |l, h, language| {
        let text = "Guten Tag,\n\nIhr Konto kommt.".to_owned();
        answer(
            l,
            h,
            language,
            &Answer::Held { owner: JENS, since: MONDAY, commands: vec!["#verify".into()], text },
        )
    });
}

#[test]
fn a_text_that_would_give_something_away_is_held() {
    in_both("leak", |l, h, language| {
        let leak = |what, words: &str, file: Option<&str>| Leak {
            what,
            words: words.into(),
            file: file.map(str::to_owned),
        };
        let leaks = vec![
            leak(Inside::Token, "", None),
            leak(Inside::AgentsAddress, "anna@example.com", Some("termin.ics")),
            leak(Inside::InternalNote, "der herr hat schon einmal angefragt", None),
        ];
        let text = "Guten Tag,\n\nIhr Konto kommt.".to_owned();
        answer(l, h, language, &Answer::Leak { leaks, text })
    });
}

#[test]
fn what_customers_are_answered() {
    in_both("customer-help", |l, h, language| write(l, h, language, Step::Received, &Letter::Help));
    in_both("customer-list", |l, h, language| {
        let others = h.known().earlier;
        write(l, h, language, Step::Received, &Letter::List { others })
    });
    in_both("status-close", |l, h, language| {
        let ticket = Ticket { language, ..h.support() };
        l.letter(&h.scene(&ticket, language), &Letter::Status { asks: Asks::Close })
    });
}

#[test]
fn a_mail_is_challenged() {
    in_both("challenge", |l, h, language| {
        let challenge = Answer::Challenge {
            commands: vec![Intent { typed: "#confirm".into(), name: "confirm" }],
            text: "#confirm\n\nGuten Tag Frau Hoffmann,\n\nwillkommen im Netz!\n\nAnna Brandt"
                .into(),
            more: 0,
            files: Vec::new(),
            subject: "Antrag Hoffmann".into(),
            sent_at: MONDAY,
            from: Address::parse("anna@example.com").unwrap(),
            needs: Vec::new(),
            why: None,
        };
        answer(l, h, language, &challenge)
    });
}

#[test]
fn a_challenge_says_what_it_does_not_show() {
    let file = |name: &str, size_octets| AttachmentInfo {
        name: name.into(),
        media_type: "application/pdf".into(),
        size_octets,
    };
    in_both("challenge-long", |l, h, language| {
        let challenge = Answer::Challenge {
            commands: vec![Intent { typed: String::new(), name: "reply" }],
            text: "Guten Tag Frau Hoffmann,\n\nwillkommen im Netz!".into(),
            more: 3_141,
            files: vec![file("Vertrag.pdf", 120_000), file("Preise.pdf", 900)],
            subject: "Antrag Hoffmann".into(),
            sent_at: MONDAY,
            from: Address::parse("anna@example.com").unwrap(),
            needs: Vec::new(),
            why: None,
        };
        answer(l, h, language, &challenge)
    });
}

#[test]
fn a_challenge_says_why_a_proof_did_not_count() {
    in_both("challenge-why", |l, h, language| {
        let challenge = Answer::Challenge {
            commands: vec![Intent { typed: "#lock".into(), name: "lock" }],
            text: "#lock".into(),
            more: 0,
            files: Vec::new(),
            subject: "Antrag Hoffmann".into(),
            sent_at: MONDAY,
            from: Address::parse("anna@example.com").unwrap(),
            needs: Vec::new(),
            why: Some(Why::UsedOnce),
        };
        answer(l, h, language, &challenge)
    });
}

#[test]
fn an_agent_is_asked_whether_the_same_words_were_meant() {
    in_both("repeated", |l, h, language| {
        let text = "Guten Tag,\n\nmeine Kollegin Mel kümmert sich darum.\n\nAnna Brandt".into();
        answer(l, h, language, &Answer::Repeated { text })
    });
}

#[test]
fn the_help() {
    in_both("help", |l, h, language| answer(l, h, language, &Answer::Help { about: None }));
}

#[test]
fn a_list() {
    in_both("list", |l, h, language| {
        let ticket = ticket(h, language, Step::Received);
        let tickets: Vec<Ticket> = h.tickets().into_iter().map(|(_, t)| t).take(5).collect();
        l.list(&h.scene(&ticket, language), &crate::desk::answer::ListFilter::All, &tickets)
    });
}

#[test]
fn a_ticket_shown_whole() {
    in_both("show", |l, h, language| {
        let ticket = ticket(h, language, Step::Asked);
        let history =
            [(MONDAY, Who::Customer, What::Created), (MONDAY, Who::Agent(ANNA), What::Noted)];
        let scene = Scene {
            history: &history,
            recipient: h.rules.agents.first(),
            ..h.scene(&ticket, language)
        };
        l.show(&scene, &h.articles())
    });
}

#[test]
fn the_confirmation_link() {
    in_both("verification", |l, h, language| {
        let token = LinkToken("a2b3c4d5e6f7a2b3c4d5e6f7a2b3c4d5e6f7a".to_owned());
        let letter = Letter::Verification {
            token,
            text: String::new(),
            author: ANNA,
            valid: Span::days(4),
            attachments_of: None,
        };
        write(l, h, language, Step::Received, &letter)
    });
}

#[test]
fn the_credentials() {
    in_both("credentials", |l, h, language| {
        let ticket = ticket(h, language, Step::AccountCreated);
        l.credentials(&h.scene(&ticket, language), "lhoffmann", "tolu-9rak-vemi-3sod")
    });
}

#[test]
fn an_acknowledgement() {
    in_both("acknowledgement", |l, h, language| {
        let ticket = Ticket { language, ..h.support() };
        let letter = Letter::Acknowledgement { answered: crate::desk::event::MessageRef(1) };
        l.letter(&h.scene(&ticket, language), &letter)
    });
}

#[test]
fn a_reply_of_an_agent() {
    in_both("reply", |l, h, language| {
        let text = "Guten Tag Frau Hoffmann,\n\n#1 geht. Mit\n#status sehen Sie den Stand.\n\nMit freundlichen Grüßen".to_owned();
        let letter =
            Letter::Reply { text, author: ANNA, attachments_of: crate::desk::event::MessageRef(1) };
        write(l, h, language, Step::Asked, &letter)
    });
}

#[test]
fn the_standard_question() {
    in_both("question", |l, h, language| {
        write(
            l,
            h,
            language,
            Step::Received,
            &Letter::Question { text: String::new(), author: ANNA, attachments_of: None },
        )
    });
}

#[test]
fn the_welcome() {
    let letters = letters();
    for language in [Language::De, Language::En] {
        let house = house(language);
        let agent = Agent { language, ..house.rules.agents[0].clone() };
        compare("welcome", language, &letters.welcome(&house.rules, &agent, "antrag"));
    }
}

/// Letters about more than one mail, from the samples that every template is tried with.
fn of_floods(name: &str) {
    let house = House::new().unwrap();
    let tickets = house.tickets();
    for language in [Language::De, Language::En] {
        let mut seen = None;
        super::floods::samples::each(
            letters(),
            &house,
            language,
            &tickets,
            &mut |each, rendered| {
                if each == name {
                    seen = Some(Ok(rendered));
                }
            },
        )
        .map_err(|e| e.to_string())
        .unwrap();
        compare(name, language, &seen.unwrap());
    }
}

#[test]
fn mails_are_held() {
    of_floods("held-mails-offered");
    of_floods("held-mails-to-the-house");
}

#[test]
fn held_mails_are_let_in() {
    of_floods("let-in-many");
    of_floods("let-in-none");
}

#[test]
fn a_summary_instead_of_a_flood() {
    of_floods("summary");
}

#[test]
fn the_postmasters_digest() {
    of_floods("bounce-digest");
}

#[test]
fn the_last_answer_for_now() {
    in_both("acknowledgement-last", |l, h, language| {
        let ticket = Ticket { language, ..h.support() };
        let scene = Scene { no_more: true, ..h.scene(&ticket, language) };
        l.letter(&scene, &Letter::Acknowledgement { answered: MessageRef(1) })
    });
}
