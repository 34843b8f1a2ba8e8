// session.js PORT - a session of every packet type with MQTT.js, in MQTT 3.1.1 and 5.0.
"use strict";
const mqtt = require("mqtt");
const port = Number(process.argv[2]);

function fail(what) {
	console.error("session.js: " + what);
	process.exit(1);
}
const patience = setTimeout(() => fail("it took too long"), 40000);

function client(name, version, more) {
	return new Promise((resolve) => {
		const made = mqtt.connect({
			host: "127.0.0.1", port, clientId: name, protocolVersion: version, reconnectPeriod: 0,
			...more,
		});
		made.on("error", (error) => fail(name + ": " + error));
		made.once("connect", () => resolve(made));
	});
}

const call = (made, method, ...args) => new Promise((resolve) =>
	made[method](...args, (error) => error ? fail(method + ": " + error) : resolve()));
const message = (made, topic) => new Promise((resolve) => {
	const look = (heard) => {
		if (heard !== topic)
			return;
		made.removeListener("message", look);
		resolve();
	};
	made.on("message", look);
});
const packet = (made, type) => new Promise((resolve) => {
	const look = (seen) => {
		if (seen.cmd !== type)
			return;
		made.removeListener("packetreceive", look);
		resolve();
	};
	made.on("packetreceive", look);
});

async function session(version, tag) {
	const more = version === 5
		? { properties: { messageExpiryInterval: 60, contentType: "text/plain", responseTopic: "answers",
			correlationData: Buffer.from([0, 1]), userProperties: { key: "värde" } } } : {};
	const publisher = await client("js-pub-" + tag, version, {});
	await call(publisher, "publish", "kept/" + tag, "kept", { qos: 1, retain: true, ...more });

	const listener = await client("js-sub-" + tag, version, { clean: false, keepalive: 1 });
	const kept = message(listener, "kept/" + tag), pong = packet(listener, "pingresp");
	await call(listener, "subscribe", { "#": { qos: 2 } });
	await kept;
	for (const qos of [0, 1, 2]) {
		const heard = message(listener, "t/" + tag + "/" + qos);
		await call(publisher, "publish", "t/" + tag + "/" + qos, Buffer.alloc(1 + 10000 * qos, "x"), { qos, ...more });
		await heard;
	}
	await pong;

	const will = message(listener, "will/" + tag);
	const dies = await client("js-dies-" + tag, version, { will: { topic: "will/" + tag, payload: "died", qos: 2 } });
	dies.stream.destroy(); // as a process does that is killed
	await will;

	await call(listener, "unsubscribe", "#");
	await call(publisher, "publish", "kept/" + tag, "", { qos: 1, retain: true });
	await call(listener, "end", false);
	await call(publisher, "end", false);
}

session(4, "311").then(() => session(5, "5")).then(() => { clearTimeout(patience); process.exit(0); });
