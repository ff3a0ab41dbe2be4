// Reads a request from the standard input with the official SDK, and prints the event.
import { HTTP } from "cloudevents";

let text = "";
for await (const piece of process.stdin) text += piece;
const event = HTTP.toEvent(JSON.parse(text));
event.validate();
console.log(JSON.stringify(event));
