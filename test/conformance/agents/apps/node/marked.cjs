console.log(`instrumented: ${'@@odigos.agent.nodejs' in global}`)
