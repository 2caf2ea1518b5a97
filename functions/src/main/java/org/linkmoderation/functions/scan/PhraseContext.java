package org.linkmoderation.functions.scan;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells a page about a phrase from a page that uses it: an encyclopedia's article, a news story, advice. A word of
 * explanation beside the phrase, or a folder of explanations above it, makes the difference; a disguised phrase has
 * none.
 */
final class PhraseContext {

    private static final Pattern WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");

    private static final Set<String> ABOUT = Set.of(
            "wiki",
            "encyclopedia",
            "dictionary",
            "glossary",
            "definition",
            "definitions",
            "meaning",
            "what",
            "whatis",
            "how",
            "why",
            "about",
            "explained",
            "types",
            "examples",
            "guide",
            "faq",
            "learn",
            "learning",
            "academy",
            "course",
            "training",
            "awareness",
            "education",
            "topic",
            "topics",
            "tag",
            "tags",
            "category",
            "news",
            "blog",
            "blogs",
            "article",
            "articles",
            "research",
            "report",
            "reports",
            "reporting",
            "analysis",
            "statistics",
            "threat",
            "threats",
            "attack",
            "attacks",
            "campaign",
            "campaigns",
            "cybersecurity",
            "protection",
            "protect",
            "prevent",
            "prevention",
            "avoid",
            "avoiding",
            "recognize",
            "recognise",
            "spot",
            "detect",
            "detection",
            "remove",
            "removal",
            "anti",
            "scanner",
            "stop",
            "against",
            "ransomware",
            "docs",
            "documentation",
            "manual",
            "handbook",
            "kb",
            "knowledgebase",
            "resources",
            "incident",
            "playbook",
            "quiz",
            "simulation",
            "scanning",
            "scams",
            "fraud",
            "emails",
            "themen",
            "ratgeber");

    /** What explains a thing that has a name of one word; a demand of several words it rather dresses up. */
    private static final Set<String> ABOUT_ONE_WORD = Set.of("security", "safety", "privacy", "help", "support");

    private PhraseContext() {}

    /** Whether a match in a path or query is part of an explanation. */
    static boolean explains(Phrases.Match match) {
        if (match.disguised()) {
            return false;
        }
        var text = match.text();
        int from = text.lastIndexOf('/', Math.max(0, match.from() - 1));
        int folder = from <= 0 ? from : text.lastIndexOf('/', from - 1);
        int slash = text.indexOf('/', match.to());
        int to = slash < 0 ? text.length() : slash;
        boolean oneWord = text.substring(match.from(), match.to()).chars().allMatch(Character::isLetterOrDigit);
        return hasAbout(text.substring(Math.max(0, folder), match.from()), oneWord)
                || hasAbout(text.substring(match.to(), to), oneWord);
    }

    private static boolean hasAbout(String text, boolean oneWord) {
        for (var word : WORDS.split(text.toLowerCase(Locale.ROOT))) {
            if (ABOUT.contains(word) || oneWord && ABOUT_ONE_WORD.contains(word)) {
                return true;
            }
        }
        return false;
    }
}
