//! Bounces that a sending service tells in JSON, in a mail of its own: Amazon SES by way of SNS.
//!
//! Other services send a delivery status notification, which `dsn` reads.

use serde_json::Value;

use super::dsn::{Action, Bounce, FailedRecipient, MOST_RECIPIENTS, add, diagnostic_of};
use super::one_line::one_line;
use super::status::Status;
use super::{Mail, MessageId};

/// Whether it tells of a complaint: somebody called a mail of ours spam.
pub(super) fn is_complaint(mail: &Mail) -> bool {
    read_object(mail).is_some_and(|object| kind(&object) == Some("complaint"))
}

/// What a notification says of a bounce, a delay or a delivery.
pub(super) fn read(mail: &Mail) -> Option<Bounce> {
    let object = read_object(mail)?;
    let (list, action) = match kind(&object)? {
        "bounce" => (object.pointer("/bounce/bouncedRecipients"), Action::Failed),
        "delivery" => (object.pointer("/delivery/recipients"), Action::Delivered),
        "deliverydelay" => (object.pointer("/deliveryDelay/delayedRecipients"), Action::Delayed),
        _ => return None,
    };
    let answer = object.pointer("/delivery/smtpResponse").and_then(Value::as_str);
    let mut bounce = Bounce { original_message_id: message_id(&object), ..Bounce::default() };
    for one in list?.as_array()?.iter().take(MOST_RECIPIENTS) {
        if let Some(one) = recipient(one, action, answer) {
            add(&mut bounce.recipients, one);
        }
    }
    Some(bounce)
}

/// The object that the text begins with; below it stands how to end the subscription.
fn read_object(mail: &Mail) -> Option<Value> {
    const MOST_OCTETS: usize = 256_000;
    let text = mail.text.trim_start();
    let text = text.get(..text.floor_char_boundary(MOST_OCTETS))?;
    if !text.starts_with('{') || !text.contains("\"mail\"") {
        return None;
    }
    let object = |text: &str| serde_json::Deserializer::from_str(text).into_iter::<Value>().next();
    match object(text)? {
        Ok(object) => Some(object),
        // Line ends that a mail system put into a string of a long line.
        Err(_) => object(&text.replace('\n', " "))?.ok(),
    }
    .filter(|object| kind(object).is_some())
}

fn kind(object: &Value) -> Option<&'static str> {
    let written = object.get("notificationType").or_else(|| object.get("eventType"))?.as_str()?;
    ["bounce", "delivery", "deliverydelay", "complaint"]
        .into_iter()
        .find(|known| written.eq_ignore_ascii_case(known))
}

fn recipient(one: &Value, action: Action, answer: Option<&str>) -> Option<FailedRecipient> {
    let text = |name: &str| one.get(name).and_then(Value::as_str);
    let address = one_line(one.as_str().or_else(|| text("emailAddress"))?);
    if !address.contains('@') || address.len() > 320 {
        return None;
    }
    let diagnostic = text("diagnosticCode").or(answer).unwrap_or_default();
    Some(FailedRecipient {
        status: text("status").and_then(Status::find).or_else(|| Status::of_answer(diagnostic)),
        diagnostic: diagnostic_of(diagnostic.split_once("; ").map_or(diagnostic, |(_, said)| said)),
        action,
        original: None,
        address,
    })
}

/// The one that we wrote; the service's own number for the mail is none.
fn message_id(object: &Value) -> Option<MessageId> {
    let written = object.pointer("/mail/commonHeaders/messageId").and_then(Value::as_str);
    let in_headers = || {
        let headers = object.pointer("/mail/headers")?.as_array()?;
        let is_id = |header: &&Value| {
            header
                .get("name")
                .and_then(Value::as_str)
                .is_some_and(|name| name.eq_ignore_ascii_case("message-id"))
        };
        headers.iter().find(is_id)?.get("value")?.as_str()
    };
    MessageId::parse(in_headers().or(written)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(text: &str) -> Mail {
        Mail { text: text.to_owned(), ..Mail::default() }
    }

    #[test]
    fn a_bounce_a_delay_and_a_delivery_name_their_recipients() {
        for (text, address, action, status) in [
            (
                r#"{"notificationType":"Bounce","mail":{},"bounce":{"bouncedRecipients":[{"emailAddress":"jo@example.net","action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 no"}]}}

--
If you wish to stop"#,
                "jo@example.net",
                Action::Failed,
                Some("5.1.1"),
            ),
            (
                "{\"eventType\":\"DeliveryDelay\",\"mail\":{},\"deliveryDelay\":{\"delayedRecipients\":[{\"emailAddress\":\"jo@example.net\",\"diagnosticCode\":\"smtp; 450\n4.2.2 full\"}]}}",
                "jo@example.net",
                Action::Delayed,
                Some("4.2.2"),
            ),
            (
                r#"{"notificationType":"Delivery","mail":{},"delivery":{"recipients":["al@example.net"],"smtpResponse":"250 2.6.0 ok"}}"#,
                "al@example.net",
                Action::Delivered,
                Some("2.6.0"),
            ),
        ] {
            let bounce = read(&mail(text)).unwrap();
            let [one] = bounce.recipients.as_slice() else { panic!("{bounce:?}") };
            assert_eq!((one.address.as_str(), one.action), (address, action));
            assert_eq!(one.status.map(|status| status.to_string()).as_deref(), status);
        }
    }

    #[test]
    fn the_mail_it_is_about_is_the_one_we_wrote() {
        let text = r#"{"notificationType":"Bounce","mail":{"messageId":"0001-aa","headers":[{"name":"Message-ID","value":"<17@example.org>"}]},"bounce":{"bouncedRecipients":[]}}"#;
        let id = read(&mail(text)).unwrap().original_message_id;
        assert_eq!(id.as_ref().map(MessageId::as_str), Some("17@example.org"));
    }

    #[test]
    fn a_complaint_is_no_bounce_and_other_json_is_nothing() {
        let complaint = mail(r#"{"notificationType":"Complaint","mail":{},"complaint":{}}"#);
        assert!(is_complaint(&complaint));
        assert_eq!(read(&complaint), None);
        for text in ["", "{", "{}", "{\"mail\":1}", "[{\"mail\":{}}]", "Hello {\"mail\"}"] {
            assert_eq!(read(&mail(text)), None, "{text}");
            assert!(!is_complaint(&mail(text)), "{text}");
        }
    }
}
