# Calls the code of the page on each case, and prints whether it took the request.
require "json"
require_relative "verify"
require_relative "is_signed"

taken = JSON.parse(File.read("cases.json")).map do |one|
  key, headers, body = one["key"], one["headers"], one["body"].unpack1("m")
  if key.start_with?("whpk_")
    signed?(key, headers, body)
  else
    begin
      verify(key, headers, body)
      true
    rescue RuntimeError
      false
    end
  end
end
puts JSON.generate(taken)
