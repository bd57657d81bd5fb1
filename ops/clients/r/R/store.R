# The layout of modicum.h5, which docs/store.md describes.

# The newest layout that this package knows.
storeFormat <- 1L

# What the group of an analysis holds besides its tests; a test of such a name
# has % in front.
partsOfAnalysis <- c("model_matrix", "reduced_model_matrix", "dispersion_trend",
    "genes")

# The path of the store of a run: its folder's, or the file itself.
storePath <- function(path) {
    if (!is.character(path) || length(path) != 1L)
        stop("'path' must be the folder of a run, or its modicum.h5")
    file <- if (dir.exists(path)) file.path(path, "modicum.h5") else path
    if (!file.exists(file))
        stop(path, ": there is no modicum.h5: give the folder of a finished run")
    normalizePath(file)
}

# Whether something stands at a path of the file; each group above is asked for
# first, as HDF5 wants it.
exists5 <- function(file, path) {
    handle <- H5Fopen(file, flags = "H5F_ACC_RDONLY")
    on.exit(H5Fclose(handle))
    parts <- strsplit(path, "/", fixed = TRUE)[[1L]]
    for (length in seq_along(parts)) {
        place <- paste(parts[seq_len(length)], collapse = "/")
        if (!H5Lexists(handle, place))
            return(FALSE)
    }
    TRUE
}

# A name as one component of a path: slashes, percent signs and control
# characters are written as %2F and so on.
component <- function(name) {
    if (name == "")
        return("%")
    if (name == ".")
        return("%2E")
    codes <- utf8ToInt(enc2utf8(name))
    unsafe <- codes < 0x20L | codes == 0x7FL | codes %in% utf8ToInt("/%")
    letters <- vapply(codes, intToUtf8, "")
    letters[unsafe] <- sprintf("%%%02X", codes[unsafe])
    paste(letters, collapse = "")
}

# Text as UTF-8, which rhdf5 does not mark.
asText <- function(values) {
    values <- as.character(values)
    Encoding(values) <- "UTF-8"
    values
}

# One attribute of a group or dataset; NULL where there is none. rhdf5 reads all
# of them only, with a warning for truth values.
attributeOf <- function(file, path, name) {
    handle <- H5Fopen(file, flags = "H5F_ACC_RDONLY")
    on.exit(H5Fclose(handle))
    object <- H5Oopen(handle, path)
    on.exit(H5Oclose(object), add = TRUE, after = FALSE)
    if (!H5Aexists(object, name))
        return(NULL)
    attribute <- H5Aopen(object, name)
    on.exit(H5Aclose(attribute), add = TRUE, after = FALSE)
    value <- H5Aread(attribute)
    if (is.character(value)) asText(value) else as.vector(value)
}

readText <- function(file, path) {
    asText(h5read(file, path, bit64conversion = "double"))
}

readNumbers <- function(file, path) {
    values <- h5read(file, path, bit64conversion = "double")
    if (is.null(dim(values)) || length(dim(values)) > 1L) values else
        as.vector(values)
}

# A factor: codes from 0 into categories, -1 for a missing value.
readFactor <- function(file, path) {
    codes <- as.integer(h5read(file, paste0(path, "/codes")))
    levels <- readText(file, paste0(path, "/categories"))
    factor(levels[ifelse(codes < 0L, NA, codes + 1L)], levels = levels)
}

# A column of a table: missing truth values and whole numbers are -1 in the file.
#
# type: the type in the file, "" for a factor.
readColumn <- function(file, path, type, factors) {
    if (type == "") {
        values <- readFactor(file, path)
        if (factors)
            return(values)
        text <- as.character(values)
        return(ifelse(is.na(text), "", text))
    }
    values <- as.vector(h5read(file, path, bit64conversion = "double"))
    switch(type,
        H5T_STRING = asText(values),
        H5T_ENUM = as.character(values) == "TRUE",
        H5T_STD_I8LE = ifelse(values < 0L, NA, values == 1L),
        H5T_STD_I32LE = ifelse(values < 0L, NA_integer_, values),
        # A number that is not there is NaN in the file.
        ifelse(is.nan(values), NA_real_, values))
}

# The types of a group's datasets, by their names in the file; "" for a group.
typesOf <- function(file, path) {
    handle <- H5Fopen(file, flags = "H5F_ACC_RDONLY")
    on.exit(H5Fclose(handle))
    group <- H5Gopen(handle, path)
    on.exit(H5Gclose(group), add = TRUE, after = FALSE)
    content <- h5ls(group, recursive = FALSE, all = TRUE)
    setNames(content$dtype, asText(content$name))
}

# A table, by the names of its rows.
readTable <- function(file, path, factors = FALSE) {
    index <- attributeOf(file, path, "_index")
    rows <- readText(file, paste0(path, "/", index))
    names <- attributeOf(file, path, "column-order")
    table <- make_zero_col_DFrame(length(rows))
    types <- typesOf(file, path)
    for (name in names) {
        place <- paste0(path, "/", name)
        # A column may be stored under another name than its own.
        own <- attributeOf(file, place, "column-name")
        table[[if (is.null(own)) name else own]] <-
            readColumn(file, place, types[[name]], factors)
    }
    list(rows = rows, columns = table)
}

# Lists of different lengths, counted from 1.
readLists <- function(file, path) {
    offsets <- readNumbers(file, paste0(path, "/offsets"))
    values <- readNumbers(file, paste0(path, "/values")) + 1L
    counts <- diff(offsets)
    unname(split(values, factor(rep(seq_along(counts), counts),
        levels = seq_along(counts))))
}

# The analyses of a run: their names, and the groups of each and of its test.
findAnalyses <- function(file, configuration) {
    found <- list()
    if (exists5(file, "uns/gene_sets"))
        found[["gsea"]] <- c(base = "uns", test = "uns")
    for (analysis in configuration$analyses) {
        name <- if (nzchar(analysis$name)) analysis$name else "de"
        parts <- strsplit(name, "/", fixed = TRUE)[[1L]]
        base <- paste(c("uns/analyses", vapply(parts, component, "")),
            collapse = "/")
        tests <- unlist(analysis$tests)
        for (test in tests) {
            part <- component(test)
            group <- paste0(base, "/", if (part %in% partsOfAnalysis) "%", part)
            if (length(tests) == 1L)
                found[[name]] <- c(base = base, test = base)
            else
                found[[paste0(name, "/", test)]] <- c(base = base, test = group)
        }
    }
    found
}
