library(testthat)
library(modicumr)
test_check("modicumr")
