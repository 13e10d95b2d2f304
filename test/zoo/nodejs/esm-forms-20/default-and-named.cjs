exports.named = 1
exports.__esModule = true
exports.default = { is: 'default' }
