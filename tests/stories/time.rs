//! What comes by itself: release, escalation, expiry, reminders. The periods are seconds; the rules are those of days.

use crate::story::Office;

#[test]
fn an_owner_who_does_nothing_is_warned_and_then_loses_the_lock() {
    let office = Office::with(|settings| {
        settings.queue("release_after", "4s").queue("warn_before", "2s");
    });
    let anna = office.english_agent("anna", &["antrag"]);
    let jens = office.english_agent("jens", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    anna.replies(&anna.gets("new-ticket"), "#lock");
    anna.gets("receipt");
    jens.gets("new-ticket");
    jens.gets("taken");
    anna.gets("release-soon");
    anna.gets("released").says("Your lock has expired");
    let news = jens.gets("released");
    news.says("Anna had it since");
    assert_eq!(office.owner(), None);
    jens.replies(&news, "#close fail quiet");
    jens.gets("receipt");
    jo.gets_nothing_more();
}

#[test]
fn what_waits_too_long_escalates_once_to_everybody() {
    let office = Office::with(|settings| {
        settings.queue("escalate_after", "2s");
    });
    let anna = office.english_agent("anna", &["antrag"]);
    let jens = office.english_agent("jens", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    anna.gets("new-ticket");
    jens.gets("new-ticket");
    let news = anna.gets("escalated");
    news.says("ESCALATED");
    jens.gets("escalated");
    assert!(office.ticket().is_escalated());
    anna.replies(&news, "#verify");
    anna.gets("receipt");
    jens.gets("taken");
    jo.gets("please confirm");
    anna.gets_nothing_more();
    jens.gets_nothing_more();
}

#[test]
fn a_link_expires_and_whoever_was_asked_is_told() {
    let office = Office::with(|settings| {
        settings.queue("confirm_within", "5s");
    });
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    anna.replies(&anna.gets("new-ticket"), "#verify");
    anna.gets("receipt");
    let letter = jo.gets("please confirm");
    jo.gets("the time is up");
    let news = anna.gets("expired");
    news.says("has just been told");
    assert_eq!(office.stands_at(), ("open", "expired"));

    jo.replies(&letter, "Yes, that was me.");
    jo.gets("The time for confirming was already up");
    anna.gets("customer-answer").says("has confirmed too late");
    anna.replies(&news, "#confirm");
    anna.gets("error").says("#renew");
    jo.gets_nothing_more();
    assert_eq!(office.books().accounts(), 0);
}

#[test]
fn when_nobody_had_written_to_the_applicant_only_the_agents_learn_of_the_expiry() {
    let office = Office::with(|settings| {
        settings.queue("confirm_within", "2s");
    });
    let anna = office.english_agent("anna", &["antrag"]);
    let jo = office.person("jo");

    jo.applies(&[]);
    anna.gets("new-ticket");
    anna.gets("expired").says("is not told");
    jo.gets_nothing_more();
    anna.gets_nothing_more();
}

#[test]
fn a_pending_ticket_comes_back_or_closes_by_itself_at_its_time() {
    let office = Office::open();
    let anna = office.english_agent("anna", &["support"]);
    let sue = office.person("sue");

    sue.writes(&office.support(), "Cannot log in", "The server says no.");
    sue.gets("ist angekommen");
    anna.replies(&anna.gets("new-ticket"), "#pending 2s\n\nPlease try it again tomorrow.");
    sue.gets("Please try it again tomorrow.");
    anna.gets("receipt").says("you are reminded");
    let news = anna.gets("reminder");
    assert_eq!(office.stands_at(), ("open", ""));
    assert_eq!(office.owner().as_deref(), Some("anna"));

    anna.replies(&news, "#pending 2s success");
    anna.gets("receipt");
    anna.gets("auto-closed");
    assert_eq!(office.stands_at(), ("closed success", ""));
    sue.gets_nothing_more();
}
