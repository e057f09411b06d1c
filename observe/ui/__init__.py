"""What she sees and touches. Screens stay thin: services do, `observe.domain` computes, boards draw."""
