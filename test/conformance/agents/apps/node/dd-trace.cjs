module.exports = 'another vendor' // stands for its agent
