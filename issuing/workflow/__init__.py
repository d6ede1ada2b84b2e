"""Pure rules: which steps an issuance may take, what a call's answer means, when to send, what consent is current."""
