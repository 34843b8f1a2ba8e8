"""A firmware that is a program: paho-mqtt for Python, as Debian packages it, and its own loop.

    paho-client.py PORT SERIAL
"""
import json
import sys
import time

import paho.mqtt.client as mqtt

PRINT_S = 20 * 60
PORT, SERIAL = int(sys.argv[1]), sys.argv[2]


class Machine:
    def __init__(self):
        self.client = mqtt.Client(client_id=SERIAL, clean_session=False)
        self.client.on_connect = self.on_connect
        self.client.on_message = self.on_message
        self.task, self.ends_at = "0", None

    def report(self, **fields):
        self.client.publish(f"device/{SERIAL}/report", json.dumps({"print": fields}), qos=1)

    def report_state(self, state):
        self.report(command="push_status", gcode_state=state, task_id=self.task)

    def on_connect(self, client, _data, _flags, rc):
        print("connected", rc, flush=True)
        client.subscribe(f"device/{SERIAL}/request", qos=1)

    def on_message(self, _client, _data, message):
        asked = json.loads(message.payload).get("print", {})
        if asked.get("command") != "project_file":
            return
        if self.ends_at is not None:
            self.report(command="project_file", task_id=asked["task_id"], result="failed", reason="busy")
            return
        print("prints task", asked["task_id"], flush=True)
        self.task, self.ends_at = asked["task_id"], time.monotonic() + PRINT_S
        self.report(command="project_file", task_id=self.task, result="success")
        self.report_state("RUNNING")

    def step(self):
        if self.ends_at is not None and time.monotonic() >= self.ends_at:
            self.ends_at = None
            self.report_state("FINISH")
        if self.client.loop(timeout=5.0) != mqtt.MQTT_ERR_SUCCESS:
            time.sleep(5)
            try:
                self.client.reconnect()
            except OSError as error:
                print("no connection:", error, flush=True)


machine = Machine()
machine.client.connect("localhost", PORT)
while True:
    machine.step()
