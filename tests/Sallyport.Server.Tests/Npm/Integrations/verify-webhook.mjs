// The published receiver library of Standard Webhooks checks one message and says what it thinks of it.
import { Webhook } from "standardwebhooks";

const { secret, body, id, timestamp, signature } = JSON.parse(process.argv[2]);
try {
  new Webhook(secret).verify(body, { "webhook-id": id, "webhook-timestamp": timestamp, "webhook-signature": signature });
  process.stdout.write("accepted");
} catch (refused) {
  process.stdout.write("refused: " + refused.message);
}
