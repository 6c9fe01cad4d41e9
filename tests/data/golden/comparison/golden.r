# Prints golden.json: what R makes of records.csv and of published examples. Run it in this directory; base R suffices.
digits <- function(numbers) sprintf("%.12g", as.numeric(numbers))
listed <- function(numbers) paste0("[", paste(digits(numbers), collapse = ", "), "]")
table_of <- function(held) {
  rows <- apply(unclass(held), 1, listed)
  paste0("[", paste(rows, collapse = ", "), "]")
}
entry <- function(name, ...) {
  parts <- c(...)
  told <- paste0('"', names(parts), '": ', parts, collapse = ", ")
  paste0('  "', name, '": {', told, "}")
}
intervals <- function(found, of) {
  ends <- mapply(function(x, n) prop.test(x, n, correct = FALSE)$conf.int, found, of)
  entry("wilson", successes = listed(found), cases = listed(of), low = listed(ends[1, ]), high = listed(ends[2, ]))
}
chi_square <- function(name, held) {
  found <- suppressWarnings(chisq.test(held, correct = FALSE))
  entry(name, table = table_of(held), statistic = digits(found$statistic), freedom = digits(found$parameter),
        p = digits(found$p.value), residuals = table_of(found$stdres), expected = table_of(found$expected))
}
exact <- function(name, held) entry(name, table = table_of(held), p = digits(fisher.test(held, workspace = 2e7)$p.value))
ranks <- function(name, scale, group) {
  found <- kruskal.test(scale, group)
  entry(name, table = table_of(table(group, scale)), statistic = digits(found$statistic),
        freedom = digits(found$parameter), p = digits(found$p.value))
}
adjusted <- function(p) entry("holm", p = listed(p), adjusted = listed(p.adjust(p, method = "holm")))
model <- function(name, fitted) {
  found <- summary(fitted)$coefficients
  ends <- confint.default(fitted)
  entry(name, coefficients = listed(found[, 1]), errors = listed(found[, 2]), p = listed(found[, 4]),
        low = listed(ends[, 1]), high = listed(ends[, 2]), log_likelihood = digits(logLik(fitted)))
}

records <- read.csv("records.csv")
third <- subset(records, sample == 3)
jobs <- matrix(c(1, 2, 1, 0, 3, 3, 6, 1, 10, 10, 14, 9, 6, 7, 12, 11), 4, 4)  # Agresti (2002), p. 57
parties <- matrix(c(279, 165, 73, 47, 225, 191), 2, 3)  # Agresti (1996), table 2.5
symptoms <- data.frame(azt = c(1, 0, 1, 0), white = c(1, 1, 0, 0), yes = c(14, 32, 11, 12), no = c(93, 81, 52, 43))
cilia <- data.frame(efficiency = c(2.9, 3.0, 2.5, 2.6, 3.2, 3.8, 2.7, 4.0, 2.4, 2.8, 3.4, 3.7, 2.2, 2.0),
                    group = rep(1:3, c(5, 4, 5)))  # Hollander and Wolfe (1973), p. 116
sought <- tapply(records$sought, records$sample, sum)
precise <- glm.control(epsilon = 1e-12)
writeLines(c("{", paste0(c(
  paste0('  "version": "', R.version.string, '"'),
  intervals(c(81, 15, 0, 1, 20, sought), c(263, 148, 20, 29, 20, table(records$sample))),
  chi_square("chi_square", table(records$sample, records$age)),
  chi_square("parties", parties),
  chi_square("two_by_two", table(records$gender, records$sought)),
  exact("exact_two_by_two", table(third$gender, third$sought)),
  exact("exact", table(third$age, third$wellbeing)),
  exact("jobs", jobs),
  exact("tea", matrix(c(3, 1, 1, 3), 2, 2)),  # Fisher (1935), The Design of Experiments, chapter 2
  ranks("kruskal_wallis", records$wellbeing, records$sample),
  ranks("cilia", cilia$efficiency, cilia$group),
  adjusted(c(0.013, 0.0004, 0.21, 0.04, 0.013, 0.9)),
  model("logistic", glm(sought ~ factor(age) + factor(gender) + mood, binomial, records, control = precise)),
  model("azt", glm(cbind(yes, no) ~ azt + white, binomial, symptoms, control = precise))
), c(rep(",", 13), "")), "}"))
