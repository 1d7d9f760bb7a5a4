//! Text in, a configuration or everything that is wrong with it out.

use super::*;
use crate::desk::calendar::Wait;

/// The least there can be, in as many lines as the tests below count on.
const LEAST: &str = r#"[site]
postmaster = "postmaster@example.org"
[[mailbox]]
name = "antrag"
url = "maildir:mail/antrag"
queue = "antrag"
[[queue]]
name = "antrag"
address = "antrag@example.org"
"#;

fn read(text: &str) -> Result<Config, Problems> {
    Config::read(text, Path::new("/etc/postamt/postamt.toml"), Path::new("/etc/postamt"))
}

fn report(text: &str) -> String {
    match read(text) {
        Ok(config) => config.warnings.iter().map(|w| format!("{w}\n")).collect(),
        Err(problems) => problems.to_string(),
    }
}

/// LEAST with one line more, after the line of that number (0: before all).
fn with(after: usize, line: &str) -> String {
    let mut lines: Vec<&str> = LEAST.lines().collect();
    lines.insert(after, line);
    lines.join("\n")
}

/// LEAST with another line in place of that number.
fn instead(number: usize, line: &str) -> String {
    let mut lines: Vec<&str> = LEAST.lines().collect();
    lines[number - 1] = line;
    lines.join("\n")
}

#[test]
fn what_is_left_out_has_the_default_of_the_manual() {
    let config = read(LEAST).unwrap();
    assert_eq!(config.warnings, []);
    let site = &config.site;
    assert_eq!(
        (site.name.as_str(), site.language, site.hook.as_str()),
        ("example.org", Language::De, "Ticket")
    );
    assert_eq!(
        (site.zone, &site.admins, &site.page),
        (chrono_tz::Europe::Berlin, &vec![site.postmaster.clone()], &None)
    );
    assert_eq!(site.templates, Path::new("/etc/postamt/templates"));
    assert_eq!(
        (config.store.path.to_str(), config.store.retention),
        (Some("/var/lib/postamt/postamt.db"), None)
    );
    let Transport::Smtp(relay) = &config.smtp else { panic!("{:?}", config.smtp) };
    assert_eq!(
        (relay.server.host.as_str(), relay.server.port, relay.server.tls),
        ("127.0.0.1", 25, Tls::Plain)
    );
    assert!(relay.login.is_none());

    let mailbox = &config.mailboxes[0];
    assert_eq!(mailbox.processed.at(Timestamp(1_798_758_000), site.zone), "Processed/2027-01");
    assert_eq!(
        (mailbox.poll, mailbox.backlog, mailbox.trust_results),
        (Span::minutes(2), Backlog::Within(Span::days(7)), false)
    );

    let queue = &config.queues[0];
    assert_eq!(
        (queue.kind, queue.subaddress.as_str(), queue.acknowledge),
        (QueueKind::Application, "+", true)
    );
    assert_eq!(
        (queue.release_after, queue.escalate_after),
        (Wait::Time(Span::hours(12)), Wait::Days(2))
    );
    assert_eq!((queue.confirm_within, queue.reopen_within), (Span::days(4), Span::days(14)));
    assert_eq!(
        (queue.warn_before, queue.hold, queue.join_open),
        (Wait::Time(Span::hours(1)), Span::secs(0), false)
    );
    assert_eq!(
        queue.digest.as_ref().map(ToString::to_string).as_deref(),
        Some("0 0 8 * * Mon-Fri")
    );
    assert_eq!(
        (queue.sign_as.as_str(), queue.form.login.join(",")),
        ("{agent} ({queue})", "Login,Benutzername,Username".into())
    );

    assert!(
        config.calendar.is_none() && config.rules.is_empty() && config.accounts.letter.is_empty()
    );
    assert_eq!(config.accounts.provider, ProviderKind::Builtin);
    assert!(config.accounts.is_reserved("Root") && config.accounts.login_pattern.is_match("jo"));
    assert!(!config.accounts.login_pattern.is_match("j"));
    let security = &config.security;
    assert_eq!(security.accept, [Way::Token, Way::Authres, Way::Dkim, Way::Openpgp]);
    assert_eq!((security.token_valid, security.agents_need_account), (Span::days(30), false));
    assert_eq!(security.spam_header, Some(("X-Spam-Flag".into(), "YES".into())));
    assert_eq!(security.needs, BTreeMap::from([("confirm".into(), vec![Way::Token])]));
    let limits = config.limits;
    assert_eq!((limits.size_octets, limits.attachment_octets), (26_214_400, 10_485_760));
    assert_eq!((limits.parts, limits.depth, limits.new_per_sender), (1000, 50, 20));
    assert_eq!(
        (limits.automatic_per_hour, limits.automatic_per_day, limits.automatic_per_ticket),
        (10, 30, 5)
    );
    assert_eq!(
        (limits.new_per_domain, limits.new_total, limits.follow_ups_per_ticket),
        (60, 200, 20)
    );
    assert_eq!(limits.notifications_per_hour, 60);
    assert!(config.site.digest.is_some());
}

#[test]
fn paths_start_at_the_folder_of_the_file() {
    let text = format!("{LEAST}[store]\npath = \"data/postamt.db\"\n");
    let config = read(&text).unwrap();
    assert_eq!(config.store.key_file(), Path::new("/etc/postamt/data/postamt.key"));
    assert_eq!(config.store.spool("antrag"), Path::new("/etc/postamt/data/spool/antrag"));
    assert!(
        matches!(&config.mailboxes[0].source, Source::Maildir(path) if path == Path::new("/etc/postamt/mail/antrag"))
    );
}

#[test]
fn a_queue_is_found_by_name_and_by_every_address_that_reaches_it() {
    let text = format!(
        "{LEAST}[[queue]]\nname = \"onno::antrag\"\naddress = \"onno@example.org\"\nsubaddress = \"\"\n\
         [[mailbox]]\nname = \"back\"\nurl = \"maildir:back\"\nrole = \"bounces\"\naddress = \"bounces@example.org\"\n"
    );
    let config =
        read(&text.replacen("[site]", "[site]\nown_addresses = [\"old@example.org\"]", 1)).unwrap();
    let address = |text| Address::parse(text).unwrap();
    let at = |text| config.queue_by_address(&address(text)).map(|queue| queue.name.as_str());
    assert_eq!(config.queue("ONNO::Antrag").unwrap().name, "onno::antrag");
    assert_eq!(at("Antrag+token@example.org"), Some("antrag"));
    assert_eq!(at("onno@example.org"), Some("onno::antrag"));
    assert_eq!(at("onno+token@example.org"), None);
    assert_eq!(config.bounces(), Some((&address("bounces@example.org"), "+")));
    let own: Vec<&str> = config.own_addresses().map(Address::as_str).collect();
    assert_eq!(
        own,
        ["antrag@example.org", "onno@example.org", "bounces@example.org", "old@example.org"]
    );
    assert!(
        config.is_own(&address("bounces+x@example.org"))
            && !config.is_own(&address("jo@example.net"))
    );
}

/// One mistake each: the text, and the whole report without the folder's name.
#[test]
fn each_mistake_is_told_with_its_line_and_what_to_do() {
    #[rustfmt::skip]
    let mistakes: &[(String, &str)] = &[
        (with(9, r#"realease_after = "12h""#), "queue \"antrag\": there is no setting \"realease_after\"\n  in  postamt.toml:10, realease_after\n  do  did you mean \"release_after\"?"),
        (with(6, r#"password = "geheim""#), "mailbox \"antrag\": there is no setting \"password\"\n  in  postamt.toml:7, password\n  do  did you mean \"password_file\"? It names a file that holds the password and nothing else, readable by postamt alone"),
        (with(2, r#"release_after = "12h""#), "[site] there is no setting \"release_after\"\n  in  postamt.toml:3, release_after\n  do  it belongs in [[queue]]: move it there"),
        (with(0, "[sites]"), "there is no section or setting \"sites\"\n  in  postamt.toml:1, sites\n  do  did you mean \"site\"?"),
        (with(9, "colour = 1"), "queue \"antrag\": there is no setting \"colour\"\n  in  postamt.toml:10, colour\n  do  remove it; [[queue]] knows name, address, digest, kind, subaddress, acknowledge, release_after, escalate_after, confirm_within, reopen_within, warn_before, sign_as, form_senders, join_open, hold, form"),
        (with(9, "[queue.form]\nhold = \"5m\""), "[queue.form] there is no setting \"hold\"\n  in  postamt.toml:11, hold\n  do  it belongs in [[queue]]: move it there"),
        (with(9, r#"release_after = "12 hours""#), "queue \"antrag\": release_after = \"12 hours\" is no span of time\n  in  postamt.toml:10, release_after\n  do  write a whole number and a unit in quotation marks: \"90s\", \"15m\", \"12h\", \"2d\" or \"1w\""),
        (with(9, "release_after = 12"), "queue \"antrag\": release_after = 12 is a number, where text belongs\n  in  postamt.toml:10, release_after\n  do  write a whole number and a unit in quotation marks: \"90s\", \"15m\", \"12h\", \"2d\" or \"1w\""),
        (with(9, r#"release_after = "0s""#), "queue \"antrag\": release_after = \"0s\" is over before it begins\n  in  postamt.toml:10, release_after\n  do  write a span longer than nothing: \"12h\""),
        (with(9, "release_after = 12h"), "this line is no TOML, from column 17 on: string values must be quoted\n  in  postamt.toml:10\n  do  put the value in quotation marks: poll = \"2m\""),
        (with(9, r#"name = "b""#), "\"name\" stands here for the second time\n  in  postamt.toml:10\n  do  keep one of the two"),
        (with(9, r#"acknowledge = "yes""#), "queue \"antrag\": acknowledge = \"yes\" is neither true nor false\n  in  postamt.toml:10, acknowledge\n  do  write acknowledge = true or acknowledge = false, without quotation marks"),
        (with(9, r#"kind = "aplication""#), "queue \"antrag\": kind = \"aplication\" is none of \"application\", \"support\"\n  in  postamt.toml:10, kind\n  do  did you mean \"application\"?"),
        (with(9, r#"digest = "0 8 * * Mon-Fri""#), "queue \"antrag\": digest = \"0 8 * * Mon-Fri\" is no cron expression\n  in  postamt.toml:10, digest\n  do  seconds come first: write \"0 0 8 * * Mon-Fri\""),
        (with(9, r#"digest = "0 0 8 * * 1-5""#), "warning: queue \"antrag\": digest counts weekdays, and here 1 is Sunday\n  in  postamt.toml:10, digest\n  do  write their names: Mon-Fri"),
        (with(9, r#"subaddress = "++""#), "queue \"antrag\": subaddress = \"++\" is no separator of subaddresses\n  in  postamt.toml:10, subaddress\n  do  write the recipient delimiter of your mail server, mostly \"+\"; or \"\" where it has none"),
        (with(9, r#"sign_as = "{agnet}""#), "queue \"antrag\": sign_as = \"{agnet}\" holds {agnet}, which stands for nothing\n  in  postamt.toml:10, sign_as\n  do  did you mean {agent}?"),
        (with(9, r#"form_senders = "www@example.org""#), "queue \"antrag\": form_senders = \"www@example.org\" is no list\n  in  postamt.toml:10, form_senders\n  do  write form_senders = [\"www@example.org\"]"),
        (with(9, "form_senders = [\n\"www@example.org\",\n\"wwwrun\"]"), "queue \"antrag\": form_senders: \"wwwrun\" is no mail address\n  in  postamt.toml:12, form_senders\n  do  write one bare address such as \"anna@example.org\", without a name and without < >"),
        (with(2, r#"timezone = "Berlin""#), "[site] timezone = \"Berlin\" is no time zone\n  in  postamt.toml:3, timezone\n  do  did you mean \"Europe/Berlin\"?"),
        (with(2, r#"name = "a\nBcc: x""#), "[site] name = \"a\\nBcc: x\" holds a line break or a control character\n  in  postamt.toml:3, name\n  do  write it on one line"),
        (with(2, r#"page = "http://x""#), "[site] page = \"http://x\" is no address of a page\n  in  postamt.toml:3, page\n  do  write it with https://: \"https://tickets.example.org\"; or \"\" for none"),
        (instead(2, ""), "[site] postmaster is missing\n  in  postamt.toml:1, postmaster\n  do  name who reads what cannot be delivered or understood: postmaster = \"postmaster@example.org\""),
        (instead(2, r#"postmaster = "Antrag@example.org""#), "[site] postmaster is Antrag@example.org, which postamt reads itself: what it reports would come back to it\n  in  postamt.toml:2, postmaster\n  do  name the address of a person"),
        (instead(8, r#"name = "on no""#), "queue \"on no\": name = \"on no\" is no name\n  in  postamt.toml:8, name\n  do  write letters, digits and - _ . : only, at most 64: \"antrag\", \"onno::antrag\""),
        (instead(7, "[queue]"), "queue can stand several times, and is written as if it could not\n  in  postamt.toml:7, queue\n  do  write [[queue]], with two brackets on each side"),
        (instead(7, "[[queues]]"), "there is no section or setting \"queues\"\n  in  postamt.toml:7, queues\n  do  did you mean \"queue\"?"),
        (instead(1, "[[site]]"), "site can stand only once\n  in  postamt.toml:1, site\n  do  write [site] once, with its settings below it"),
        (instead(6, r#"queue = "antarg""#), "mailbox \"antrag\": there is no queue \"antarg\"\n  in  postamt.toml:6, queue\n  do  did you mean \"antrag\"?"),
        (instead(6, ""), "mailbox \"antrag\": neither queue nor role is set, so nobody knows what its mail is for\n  in  postamt.toml:3\n  do  write queue = \"NAME\"; or role = \"bounces\" and address = \"bounces@example.org\""),
        (instead(6, r#"role = "bounces""#), "mailbox \"antrag\": address is missing\n  in  postamt.toml:3, address\n  do  write the address that reaches this mailbox: address = \"bounces@example.org\""),
        (with(6, r#"role = "bounces""#), "mailbox \"antrag\": is for a queue and for bounces at once\n  in  postamt.toml:7, role\n  do  remove queue or role"),
        (instead(5, r#"url = "imaps://antrag@mail.example.org""#), "mailbox \"antrag\": password_file is missing\n  in  postamt.toml:3, password_file\n  do  name the file that holds the password: password_file = \"antrag.password\""),
        (instead(5, "url = \"imap://antrag@mail.example.org\"\npassword_file = \"p\""), "mailbox \"antrag\": url = \"imap://antrag@mail.example.org\" would send the password readable over the network\n  in  postamt.toml:5, url\n  do  write imaps:// or imap+starttls://; imap:// is for 127.0.0.1, [::1] and localhost only"),
        (instead(5, r#"url = "imaps://antrag:geheim@mail.example.org""#), "mailbox \"antrag\": url holds a password, and a configuration is no place for one\n  in  postamt.toml:5, url\n  do  take the colon and the password out, write the password alone into a file of mode 0600 and name that in password_file"),
        (with(6, r#"processed = "Done/{day}""#), "mailbox \"antrag\": processed = \"Done/{day}\" holds {day}, which stands for nothing\n  in  postamt.toml:7, processed\n  do  write only {year} and {month}"),
        (with(6, r#"backlog = "everything""#), "mailbox \"antrag\": backlog = \"everything\" is no span of time\n  in  postamt.toml:7, backlog\n  do  write a whole number and a unit in quotation marks: \"90s\", \"15m\", \"12h\", \"2d\" or \"1w\"; or \"all\""),
        (with(6, r#"password_file = "p""#), "warning: mailbox \"antrag\": password_file has no use, as url names no server\n  in  postamt.toml:7, password_file\n  do  remove it"),
        (with(9, "[smtp]\nurl = \"smtp://mail.example.org\"\nuser = \"jo\"\npassword_file = \"p\""), "[smtp] url would send the password readable over the network\n  in  postamt.toml:11, url\n  do  write smtp+starttls:// or smtps://; smtp:// with a password is for this machine only"),
        (with(9, "[smtp]\nurl = \"smtps://jo@mail.example.org\""), "[smtp] password_file is missing\n  in  postamt.toml:10, password_file\n  do  name the file that holds the user's password, or remove the user"),
        (with(9, "[[queue]]\nname = \"Antrag\"\naddress = \"b@example.org\""), "queue \"Antrag\": name is the same as in line 8\n  in  postamt.toml:11, name\n  do  give each its own name"),
        (with(9, "[[queue]]\nname = \"b\"\naddress = \"Antrag@example.org\""), "warning: queue \"b\": no mailbox is for this queue, so it gets mail only from other queues and rules\n  in  postamt.toml:11, name\n  do  set queue = \"b\" in the [[mailbox]] that its mail comes to\nqueue \"b\": Antrag@example.org is used in line 9 already\n  in  postamt.toml:12, address\n  do  give each queue, and the bounces, an address of their own"),
        (with(9, "[[mailbox]]\nname = \"b\"\nurl = \"maildir:mail/antrag\"\nqueue = \"antrag\""), "mailbox \"b\": url is the same as in line 5\n  in  postamt.toml:12, url\n  do  remove one of the two mailboxes: the same mail would be read twice"),
        (instead(9, r#"address = "applications-for-membership@example.org""#), "queue \"antrag\": applications-for-membership@example.org is too long: with +TOKEN, 65 octets stand before the @, and mail allows 64\n  in  postamt.toml:9, address\n  do  take an address with at most 26 octets before the @, or set subaddress = \"\""),
        (instead(9, r#"address = "an+trag@example.org""#), "queue \"antrag\": an+trag@example.org holds its own separator \"+\", so where the token begins is uncertain\n  in  postamt.toml:9, address\n  do  take an address without it, or another subaddress"),
        (with(9, "[calendar]\nhours = [\"Mo-Fr 08:00-20:00\"]"), "[calendar] hours: \"Mo-Fr 08:00-20:00\" holds \"Mo\", which is no weekday in English\n  in  postamt.toml:11, hours\n  do  write days and hours: \"Mon-Fri 08:00-20:00\" or \"Sat,Sun 10:00-14:00\""),
        (with(9, "[calendar]\nholidays = [\"2026-02-30\"]"), "[calendar] holidays: \"2026-02-30\" is no date\n  in  postamt.toml:11, holidays\n  do  write year, month and day: \"2026-12-25\""),
        (with(9, "[calendar]\nholidays = [2026-12-25]"), "[calendar] holidays: 2026-12-25 is a date, where text belongs\n  in  postamt.toml:11, holidays\n  do  put it in quotation marks: holidays: \"2026-12-25\""),
        (with(9, "[[rule]]\nheader = \"List-Id\"\npattern = \"(\"\naction = \"ignore\""), "rule number 1: pattern = \"(\" is no regular expression (unclosed group)\n  in  postamt.toml:12, pattern\n  do  mend it; single quotation marks spare you doubled backslashes: '^[a-z]+\\.$'"),
        (with(9, "[[rule]]\nheader = \"List-Id\"\npattern = \"x\""), "rule number 1: does nothing\n  in  postamt.toml:10\n  do  write action = \"ignore\", action = \"spam\", queue = \"NAME\" or priority = 1 to 5"),
        (with(9, "[[rule]]\nheader = \"List-Id\"\npattern = \"x\"\npriority = 6"), "rule number 1: priority = 6 is no number that fits\n  in  postamt.toml:13, priority\n  do  write a whole number from 1 to 5, without quotation marks"),
        (with(9, "[[rule]]\nheader = \"List-Id\"\npattern = \"x\"\nqueue = \"news\""), "rule number 1: there is no queue \"news\"\n  in  postamt.toml:13, queue\n  do  write one of \"antrag\"; or add a [[queue]] with name = \"news\""),
        (with(9, "[accounts.letter]\n\"Port\" = 563"), "[accounts.letter] \"Port\" = 563 is a number, where text belongs\n  in  postamt.toml:11, Port\n  do  put it in quotation marks: \"Port\" = \"563\""),
        (with(9, "[security]\naccept = [\"openpgp\"]"), "[security] #confirm needs \"token\", which [security] accept leaves out: nobody could ever give it\n  in  postamt.toml:11, accept\n  do  add \"token\" to accept, or set confirm = [...] in [security.needs] to what is accepted"),
        (with(9, "[security.needs]\nconfirm = \"token\""), "[security.needs] confirm is no list\n  in  postamt.toml:11, confirm\n  do  write confirm = [\"token\", \"dkim\"]: all of them are needed"),
        (with(9, "[security]\naccept = [\"token\", \"authres\"]"), "warning: [security] \"authres\" in accept has no effect without authserv_id\n  in  postamt.toml:11, accept\n  do  set authserv_id to the first word of the Authentication-Results that your own mail server adds"),
        (with(9, "[security]\naccept = [\"token\"]\ntrust_domains = [\"example.org\"]"), "warning: [security] trust_domains has no effect: nothing that is accepted says which domain a mail comes from\n  in  postamt.toml:12, trust_domains\n  do  add \"dkim\" to accept, or \"authres\" with authserv_id"),
        (with(9, "[security]\naccept = [\"dkim\"]\n[security.needs]\nconfirm = [\"dkim\"]"), "[security] nothing in accept can prove an agent by itself, so nobody could command anything\n  in  postamt.toml:11, accept\n  do  add \"token\" to accept, or name domains in trust_domains"),
        (with(9, "[security.needs]\nclose = [\"authres\"]"), "[security.needs] #close needs \"authres\", and authserv_id is not set: nobody could ever give it\n  in  postamt.toml:11, close\n  do  set authserv_id to the first word of the Authentication-Results that your own mail server adds"),
        (with(9, "[security.needs]\nconfirm = [\"tokn\"]"), "[security.needs] confirm: \"tokn\" is none of \"token\", \"authres\", \"dkim\", \"openpgp\"\n  in  postamt.toml:11, confirm\n  do  did you mean \"token\"?"),
        (with(9, "[limits]\nsize = \"25MB\""), "[limits] size = \"25MB\" is no size\n  in  postamt.toml:11, size\n  do  write a whole number and K, M or G: \"25M\"; \"0\" is no limit"),
        (with(9, "[limits]\nparts = -1"), "[limits] parts = -1 is no number that fits\n  in  postamt.toml:11, parts\n  do  write a whole number from 0 to 1000000000, without quotation marks"),
    ];
    for (text, wanted) in mistakes {
        let told = report(text).replace("/etc/postamt/postamt.toml", "postamt.toml");
        assert_eq!(told.trim_end(), *wanted, "in:\n{text}");
    }
}

#[test]
fn all_mistakes_are_told_at_once_in_the_order_of_their_lines() {
    let told = report(
        r#"[site]
language = "fr"
postmaster = "postmaster"

[smtp]
url = "smtp:/mail.example.org"

[[mailbox]]
name = "antrag"
url = "imaps://antrag@mail.example.org"
passwordfile = "antrag.password"
queue = "antrag"
pool = "2m"

[[queue]]
name = "antrag"
adress = "antrag@example.org"
release_after = "half a day"

[limit]
size = "25M"
"#,
    );
    insta::assert_snapshot!(told);
}

#[test]
fn an_empty_file_says_what_is_needed() {
    insta::assert_snapshot!(report(""));
}

#[test]
fn nothing_a_password_may_stand_in_is_repeated() {
    for line in [
        "url = \"imaps://antrag:geheim@mail.example.org\"",
        "url = \"pop3://antrag:geheim@mail.example.org\"",
        "url = \"imaps:/antrag:geheim@mail.example.org\"",
        "url = \"antrag:geheim@mail.example.org\"",
        "url = \"imaps://h\"\npassword = \"geheim\"",
        "url = \"imaps://h\"\npassword = geheim",
    ] {
        let told = report(&instead(5, line));
        assert!(!told.contains("geheim"), "{told}");
    }
}

#[test]
fn the_settings_for_later_are_read_too() {
    let text = format!(
        r##"{LEAST}
[[rule]]
header = "List-Id"
pattern = "NewsLetter"
queue = "antrag"
priority = 4
action = "spam"
[calendar]
holidays = ["2026-12-25"]
[accounts]
provider = "passwd-file"
[accounts.letter]
"Server" = "news.example.org"
"Port" = "563 (TLS)"
"An" = "a"
[security]
resolver = "127.0.0.1"
trust_domains = ["Example.ORG"]
[security.needs]
"#Confirm" = ["token", "dkim"]
[limits]
size = 1000
parts = 0
"##
    );
    let config = read(&text).unwrap();
    let rule = &config.rules[0];
    assert_eq!(
        rule.verdict,
        Verdict::Sort { queue: Some("antrag".into()), priority: Some(4), spam: true }
    );
    assert!(rule.pattern.is_match("the newsletter"));
    let calendar = config.calendar.unwrap();
    assert_eq!(
        (calendar.hours[0].from_minute, calendar.hours[0].days.len(), calendar.holidays.len()),
        (480, 5, 1)
    );
    let labels: Vec<&str> =
        config.accounts.letter.iter().map(|(label, _)| label.as_str()).collect();
    assert_eq!(labels, ["Server", "Port", "An"]);
    assert_eq!(config.security.resolver, Some(Resolver("127.0.0.1:53".parse().unwrap())));
    assert_eq!(config.security.trust_domains, ["example.org"]);
    assert_eq!(config.security.needs["confirm"], [Way::Token, Way::Dkim]);
    assert_eq!((config.limits.size_octets, config.limits.parts), (1000, 0));
}

proptest::proptest! {
    #[test]
    fn no_text_whatever_stops_the_reader(cut in 0..6000_usize, put in "\\PC{0,12}|\\[\\[?[a-z.]{0,9}\\]?\\]?\n") {
        let example = include_str!("../cli/init.toml");
        let at = example.char_indices().map(|(at, _)| at).nth(cut).unwrap_or(0);
        let (before, after) = example.split_at(at);
        report(&format!("{before}{put}{after}"));
    }
}
