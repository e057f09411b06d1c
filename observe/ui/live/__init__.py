"""The live visit: a controller that turns taps into services' calls, and a screen that draws what is so."""
