// Loaded before a program that would end before the agent reports: it then runs until it is ended.
setInterval(() => {}, 1000)
