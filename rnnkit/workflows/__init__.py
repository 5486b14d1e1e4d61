"""One verb, one file: plain arguments in, a frozen result out; printing it is the CLI's job."""
