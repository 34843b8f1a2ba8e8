// A firmware that is a program: MQTT.js, as Debian packages it.
//
//     node --single-threaded mqttjs-client.cjs PORT SERIAL
const mqtt = require('mqtt');

const PRINT_MS = 20 * 60 * 1000;
const [port, serial] = process.argv.slice(2);
const client = mqtt.connect(`mqtt://localhost:${port}`, { clientId: serial, clean: false });
let printing = null;

function report(fields) {
  client.publish(`device/${serial}/report`, JSON.stringify({ print: fields }), { qos: 1 });
}

function start(task) {
  if (printing !== null) {
    report({ command: 'project_file', task_id: task, result: 'failed', reason: 'busy' });
    return;
  }
  printing = task;
  report({ command: 'project_file', task_id: task, result: 'success' });
  report({ command: 'push_status', gcode_state: 'RUNNING', task_id: task });
  setTimeout(() => {
    printing = null;
    report({ command: 'push_status', gcode_state: 'FINISH', task_id: task });
  }, PRINT_MS);
}

client.on('connect', () => {
  console.log(`connected to ${client.stream.remoteAddress}:${client.stream.remotePort}`);
  client.subscribe(`device/${serial}/request`, { qos: 1 });
});
client.on('message', (_topic, payload) => {
  const asked = JSON.parse(payload).print || {};
  if (asked.command === 'project_file') start(asked.task_id);
});
client.on('error', (error) => console.log(String(error)));
