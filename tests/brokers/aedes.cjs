// aedes.cjs - aedes on an AF_UNIX path: node --single-threaded aedes.cjs SOCKET [FOLDER]
//
// FOLDER is where the package is (its node_modules' parent); without it, where node looks.
// --single-threaded keeps V8 from sharing its work with threads that spin; what threads
// node has besides take turns under vthreads.so.
const { createRequire } = require('module');
const net = require('net');
const path = require('path');
const from = process.argv[3] ? path.join(process.argv[3], 'x.js') : __filename;
const { Aedes } = createRequire(from)('aedes');

Aedes.createBroker().then((broker) => {
  net.createServer(broker.handle).listen(process.argv[2], () => console.log('aedes ' + broker.constructor.name));
});
