# Fits the models of the report again, from the released records, and prints what the report shows. Base R only.
#
#   Rscript models.r SAMPLE=DIRECTORY SAMPLE=DIRECTORY ...
#
# Name every release that the report was made of, with its sample: exit=release-1 exit=release-2 and so on. A sample of
# which you have no release is left out, and so are the models that need it.

given <- commandArgs(trailingOnly = TRUE)
if (length(given) == 0 || !all(grepl("=", given, fixed = TRUE)))
  stop("Call it as: Rscript models.r SAMPLE=DIRECTORY ...", call. = FALSE)
releases <- data.frame(sample = sub("=.*", "", given), directory = sub("^[^=]*=", "", given), stringsAsFactors = FALSE)
known <- data.frame()
codes_of <- list()

# How the releases of a sample hold a column: under which name, at which level, and which code of it is which here.
know <- function(sample, column, name, level, was, now) {
  known <<- rbind(known, data.frame(sample = sample, column = column, name = name, level = level))
  codes_of[[nrow(known)]] <<- stats::setNames(now, was)
}

# The level at which a release holds a variable: what its manifest says of it, 0 where that is nothing.
level_of <- function(directory, name) {
  text <- paste(readLines(file.path(directory, "manifest.json"), warn = FALSE, encoding = "UTF-8"), collapse = " ")
  levels <- sub(".*\"levels\" *: *\\{([^}]*)\\}.*", "\\1", text)
  found <- regmatches(levels, regexec(paste0("\"", name, "\" *: *([0-9]+)"), levels))[[1]]
  if (length(found) == 2) as.integer(found[2]) else 0L
}

# A column of a release in the codes of the report; -6 where the release does not hold it.
column_of <- function(held, sample, directory, column) {
  for (place in which(known$sample == sample & known$column == column)) {
    name <- known$name[place]
    if (name %in% names(held) && known$level[place] == level_of(directory, name)) {
      told <- unname(codes_of[[place]][held[[name]]])
      return(ifelse(is.na(told), ifelse(substr(held[[name]], 1, 1) == "-", held[[name]], "-8"), told))
    }
  }
  rep("-6", nrow(held))
}

read_all <- function(samples, columns) {
  chosen <- releases[releases$sample %in% samples, ]
  parts <- lapply(seq_len(nrow(chosen)), function(number) {
    sample <- chosen$sample[number]
    directory <- chosen$directory[number]
    held <- utils::read.csv(file.path(directory, "responses.csv"), check.names = FALSE, na.strings = character(0),
                            colClasses = "character", encoding = "UTF-8")
    columns_held <- lapply(columns, function(column) {
      if (column == "sample") rep(sample, nrow(held))
      else if (column == "language" && "language" %in% names(held)) held$language
      else column_of(held, sample, directory, column)
    })
    stats::setNames(as.data.frame(columns_held, stringsAsFactors = FALSE), columns)
  })
  do.call(rbind, parts)
}

categories_of <- function(codes, categories) {
  place <- rep(NA_integer_, length(codes))
  for (number in seq_along(categories)) place[codes %in% categories[[number]]] <- number
  factor(place, levels = seq_along(categories))
}

# One model: outcome (1 for a code of `yes`, 0 for one of `no`) on predictors, each a list of its column and the codes of
# its categories, the first of which is what the others are compared with.
refit <- function(name, samples, outcome, yes, no, ...) {
  predictors <- list(...)
  if (!all(samples %in% releases$sample)) {
    cat("\n", name, ": left out, no release of ", paste(setdiff(samples, releases$sample), collapse = ", "), "\n", sep = "")
    return(invisible(NULL))
  }
  columns <- vapply(predictors, function(held) held[[1]], "")
  people <- read_all(samples, unique(c(outcome, columns)))
  held <- data.frame(outcome = ifelse(people[[outcome]] %in% yes, 1, ifelse(people[[outcome]] %in% no, 0, NA)))
  for (predictor in predictors) held[[predictor[[1]]]] <- categories_of(people[[predictor[[1]]]], predictor[-1])
  held <- held[stats::complete.cases(held), ]
  exactly <- stats::glm.control(epsilon = 1e-14, maxit = 100)
  fitted <- stats::glm(outcome ~ ., family = stats::binomial, data = held, control = exactly)
  estimates <- stats::coef(fitted)[-1]
  errors <- sqrt(diag(stats::vcov(fitted)))[-1]
  z <- stats::qnorm(0.975)
  figures <- cbind(exp(estimates), exp(estimates - z * errors), exp(estimates + z * errors),
                   2 * stats::pnorm(-abs(estimates / errors)))
  labels <- unlist(lapply(predictors, function(held)
    vapply(held[-(1:2)], function(codes) paste0(held[[1]], "=", paste(codes, collapse = "/")), "")))
  cat("\n", name, ": ", 5 * round(nrow(held) / 5), " people, ", 5 * round(sum(held$outcome) / 5), " of them yes\n", sep = "")
  cat("category\todds_ratio\tlow\thigh\tp_value\n")
  for (row in seq_along(labels))
    cat(labels[row], "\t", paste(sprintf("%.3g", figures[row, ]), collapse = "\t"), "\n", sep = "")
}
