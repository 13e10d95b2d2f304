// Stands for another vendor's agent.
