/** How an error about an operator or layer that is not known ends. */
export const WHERE_TO_ASK = 'networks/README.md says what helps and how to ask for one';
