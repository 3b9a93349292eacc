// lifeboat schema: JSON Schema of a file format.
#include "models/io/schema.hpp"

#include "models/io/suggest.hpp"
#include "tools/lifeboat/command.hpp"
#include "tools/lifeboat/exit_status.hpp"
#include "tools/lifeboat/formats.hpp"
#include "tools/lifeboat/options.hpp"
#include "tools/lifeboat/terminal.hpp"

namespace lifeboat::tools {

int run_schema(const Words& words) {
  OptionSet set;
  set.most_words = 1;
  const ParsedOptions parsed = parse_options(set, words);
  std::vector<std::string> known;
  for (const FileFormat& format : file_formats()) known.emplace_back(format.name);
  if (parsed.words.empty()) {
    throw UsageError("which format? One of " + models::io::one_of(known));
  }
  const FileFormat* format = find_format(parsed.words[0]);
  if (format == nullptr) {
    throw UsageError("there is no format " + models::io::quote(parsed.words[0]) + " (" +
                     models::io::one_of(known) + ")" + did_you_mean(parsed.words[0], known));
  }
  std::string text =
      models::io::json_schema(format->schema(), "lifeboat/" + std::string{format->name} + "/1");
  if (text.empty() || text.back() != '\n') text += '\n';
  print(text);
  return kMet;
}

std::string help_schema() {
  std::string text =
      "Prints the JSON Schema of a file format, made from the very calls that read it,\n"
      "so that an editor can complete and check what you write.\n"
      "\n"
      "Formats:\n";
  for (const FileFormat& format : file_formats()) {
    text += "  " + std::string{format.name} + std::string(10 - format.name.size(), ' ') +
            std::string{format.summary} + "\n";
  }
  text +=
      "\n"
      "Example:\n"
      "  lifeboat schema scenario > scenario.schema.json\n";
  return text;
}

}  // namespace lifeboat::tools
