"""session.py PORT - a session of every packet type with paho-mqtt, in MQTT 3.1.1 and 5.0."""
import sys
import threading

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

PORT = int(sys.argv[1])
PATIENCE = 20


class Waiting:
    """A client whose callbacks can be waited for."""

    def __init__(self, name, version, **more):
        clean = {} if version == mqtt.MQTTv5 else {"clean_session": more.pop("clean", True)}
        more.pop("clean", None)
        self.client = mqtt.Client(client_id=name, protocol=version, **clean, **more)
        self.happened = {}
        self.messages = []
        for what in ("connect", "disconnect", "publish", "subscribe", "unsubscribe"):
            setattr(self.client, "on_" + what, self.note(what))
        self.client.on_message = lambda c, u, message: self.hear(message)
        self.client.on_log = lambda c, u, level, text: "PINGRESP" in text and self.set("ping")

    def event(self, what):
        return self.happened.setdefault(what, threading.Event())

    def set(self, what):
        self.event(what).set()

    def note(self, what):
        return lambda *_: self.set(what)

    def hear(self, message):
        self.messages.append((message.topic, bytes(message.payload), message.qos, message.retain))
        self.set("message %s" % message.topic)

    def wait(self, what):
        if not self.event(what).wait(PATIENCE):
            sys.exit("session.py: waited in vain for %s; %s" % (what, self.messages))
        self.event(what).clear()

    def start(self, keepalive=60):
        self.client.connect("127.0.0.1", PORT, keepalive)
        self.client.loop_start()
        self.wait("connect")
        return self

    def stop(self):
        self.client.disconnect()
        self.wait("disconnect")
        self.client.loop_stop()


def properties(kind, **values):
    made = Properties(kind)
    for name, value in values.items():
        setattr(made, name, value)
    return made


def session(version, tag):
    five = version == mqtt.MQTTv5
    more = {}
    if five:
        more["properties"] = properties(
            PacketTypes.PUBLISH, MessageExpiryInterval=60, ContentType="text/plain",
            ResponseTopic="answers", CorrelationData=b"\x00\x01", UserProperty=("key", "värde"))
    publisher = Waiting("paho-pub-" + tag, version).start()
    publisher.client.publish("kept/" + tag, b"kept", qos=1, retain=True, **more)
    publisher.wait("publish")

    listener = Waiting("paho-sub-" + tag, version, clean=False).start(keepalive=1)
    listener.client.subscribe([("#", 2), ("other/+", 1)] if not five else [("#", mqtt.SubscribeOptions(qos=2))])
    listener.wait("subscribe")
    listener.wait("message kept/" + tag)
    for qos in (0, 1, 2):
        publisher.client.publish("t/%s/%d" % (tag, qos), bytes(range(256)) * (1 + 40 * qos), qos=qos, **more)
        listener.wait("message t/%s/%d" % (tag, qos))
    listener.wait("ping")

    dies = Waiting("paho-dies-" + tag, version)
    dies.client.will_set("will/" + tag, b"died", qos=2)
    dies.start()
    dies.client.loop_stop()
    dies.client._sock_close()  # as a process does that is killed
    listener.wait("message will/" + tag)

    listener.client.unsubscribe("#")
    listener.wait("unsubscribe")
    publisher.client.publish("kept/" + tag, b"", qos=1, retain=True)
    publisher.wait("publish")
    listener.stop()
    publisher.stop()


session(mqtt.MQTTv311, "311")
session(mqtt.MQTTv5, "5")
