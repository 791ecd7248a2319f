//! The counterexamples by which looser identity rules were refuted, each as the shortest sequence that breaks them.
